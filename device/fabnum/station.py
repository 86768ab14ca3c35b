"""What a learner's program is written with. It reads like the sentence it stands for.

    from fabnum import station

    air = station.part("scd41")

    @station.every(60)                      # chaque minute
    async def mesurer():
        station.send(**await air.read())

    station.run()

Nothing runs before ``station.run()``, which never returns. An error in a function is explained on
the console, with its line; the other functions go on, and the function is called again next time.
On a board in safe mode even the import does not return: see ``fabnum.boot``.
"""

from fabnum import boot
from fabnum.program import Periodic, Program
from fabnum.values import is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from fabnum.app import App
    from fabnum.parts import Part

    _Function = TypeVar("_Function", bound=Callable[..., Any])

_health = boot.start()
_program = Program()
_app: "App | None" = None


def part(part_id: str) -> "Part":
    """Return the part of that id in the build's ``build.toml`` (see ``fabnum.parts.Part``).

    ``await part.read()`` gives ``{channel: value}``; ``part.driver`` is the object of its driver,
    for what only that part can do. Raises ValueError, in French, if the build has no such part.
    """
    if part_id not in _program.parts:
        from fabnum import config, parts

        _program.parts[part_id] = parts.Part(config.load_build(), part_id)
    return _program.parts[part_id]


def every(seconds: float, fixed: bool = False) -> "Callable[[_Function], _Function]":
    """Call the function below every ``seconds``, for the first time as soon as the board is up.

    The board's period, where its configuration has one or the gateway sends one, replaces
    ``seconds``, unless ``fixed`` is true. The function may be ``async`` or plain.
    """
    if not is_number(seconds) or seconds <= 0:
        raise ValueError("@station.every(…) : donnez un nombre de secondes plus grand que 0.")

    def remember(function: "_Function") -> "_Function":
        _program.periodics.append(Periodic(function, seconds, fixed))
        return function

    return remember


def task(function: "_Function") -> "_Function":
    """Run the ``async`` function below all the time, beside the others: an animation, say."""
    _program.tasks.append(function)
    return function


def on_command(name: str) -> "Callable[[_Function], _Function]":
    """Call the function below when the object is told ``name`` (a command of ``build.toml``).

    It gets the command's arguments by name, already checked: ``def colour(colour): …``. It may be
    ``async`` or plain. What it raises is answered ``failed``.
    """

    def remember(function: "_Function") -> "_Function":
        _program.commands[name] = function
        return function

    return remember


def on_press(button: "str | Part") -> "Callable[[_Function], _Function]":
    """Call the function below at each press of a button: a part, or its id.

    The part's driver has ``async pressed()``, which returns once for each press.
    """
    pressed = part(button) if isinstance(button, str) else button

    def remember(function: "_Function") -> "_Function":
        _program.presses.append((pressed, function))
        return function

    return remember


def send(**values: float) -> None:
    """Send one moment's readings, by channel: ``station.send(temperature=21.5)``.

    They are safe on flash when this returns, and go out as soon as there is a network. Raises
    ValueError, in French, if a value is no number or the build has no such channel.
    """
    _running().send(values)


def event(name: str, **data: "Any") -> None:
    """Tell that something happened: ``station.event("vote", option=2)``. Kept in RAM until sent."""
    _running().event(name, data)


def setting(name: str, default: "Any" = None) -> "Any":
    """Return one of the ``settings`` of ``config.json``, or ``default``.

    Where that file cannot be used the program runs all the same, with the defaults.
    """
    from fabnum import config

    try:
        return config.load()["settings"].get(name, default)
    except config.ConfigError:
        return default


def run() -> None:
    """Start everything: the functions above, the Wi-Fi, the way to the broker. Never returns."""
    global _app
    from fabnum.app import App

    _app = App(_program, _health)
    _app.run()


def _running() -> "App":
    if _app is None:
        raise ValueError("Appelez station.run() à la fin du programme avant d’envoyer une mesure.")
    return _app
