"""``station.light``: a strip of the build, as a lamp."""

from fabnum.lamp import Lamp
from fabnum.more import setting
from fabnum.program import current


def light(part_id: str = "pixels") -> Lamp:
    """See ``station.light``."""
    if current.light is None:
        lamp = current.light = Lamp(current.part(part_id), setting("follow_bounds"))
        current.tasks.append(lamp.animate)
        for name, function in (
            ("colour", lamp.show_colour),
            ("brightness", lamp.show_brightness),
            ("effect", lamp.show_effect),
            ("follow", lamp.follow),
        ):
            current.commands.setdefault(name, function)
    return current.light
