"""Which drills there are."""

from enum import StrEnum
from typing import NamedTuple

from kit.i18n import _


class Kind(StrEnum):
    """What fails."""

    WIFI = "wifi"
    BROKER = "broker"
    SENSOR = "sensor"
    POWER = "power"


class Drill(NamedTuple):
    """One fault: what a person does for it, how it is undone, and what it teaches."""

    kind: Kind
    name: str
    cause: str
    undo: str
    lesson: str

    @property
    def stops_measuring(self) -> bool:
        """Whether the object cannot measure while the fault lasts, however good it is."""
        return self.kind in (Kind.SENSOR, Kind.POWER)


def drill(kind: Kind) -> Drill:
    """Return the drill of that kind, in the language in use."""
    return next(each for each in _drills() if each.kind is kind)


def _drills() -> tuple[Drill, ...]:
    return (
        Drill(
            Kind.WIFI,
            _("Wi-Fi away"),
            _("Switch off the Wi-Fi box, or carry the object out of its reach."),
            _("Switch the Wi-Fi on again, or bring the object back."),
            _("An object without a network goes on measuring, and sends everything later."),
        ),
        Drill(
            Kind.BROKER,
            _("Server away"),
            _("Stop the service: Ctrl-C in the window of “fabnum up”."),
            _("Start the service again: fabnum up"),
            _("An object whose server is away goes on measuring, and sends everything later."),
        ),
        Drill(
            Kind.SENSOR,
            _("Sensor unplugged"),
            _("Unplug the sensor from the board."),
            _("Plug the sensor in again."),
            _("An object whose sensor fails says which one, and goes on once it is back."),
        ),
        Drill(
            Kind.POWER,
            _("Power cut"),
            _("Unplug the object from its power."),
            _("Plug the object in again."),
            _("An object that loses its power keeps what it has measured."),
        ),
    )
