"""What a learner's program is written with. It reads like the sentence it stands for.

    from fabnum import station

    air = station.part("scd41")

    @station.every(60)                      # chaque minute
    async def mesurer():
        mesure = await air.read()
        station.show(**mesure)
        station.send(**mesure)

    @station.above("co2", 1500, margin=100)
    def alerter():
        station.say("Ouvrez les fenêtres.")

    station.run()

Nothing runs before ``station.run()``, which never returns. An error in a function is explained on
the console, with its line; the other functions go on, and the function is called again next time.
One that holds everything up for ten seconds is interrupted, and not called again until the next
start (``fabnum.guard``). On a board in safe mode even the import does not return: see
``fabnum.boot``.

The words that not every program uses are declared at the end and loaded when they are used.
"""

from fabnum import boot
from fabnum.program import Periodic, current
from fabnum.values import is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from fabnum.app import App
    from fabnum.lamp import Lamp
    from fabnum.parts import Part

    _Function = TypeVar("_Function", bound=Callable[..., Any])

    # Declared here, and loaded when a program uses them: see _ELSEWHERE.
    # ruff: noqa: ARG001

    def above(channel: str, bound: float, margin: float = 0) -> "Callable[[_Function], _Function]":
        """Call the function below once when a value that is sent reaches ``bound``, or more.

        It is called again only after a value was below ``bound - margin``. The function gets the
        value if it has a parameter. Raises ValueError, in French, if the build has no such channel,
        a number is none, or the margin is negative.
        """

    def below(channel: str, bound: float, margin: float = 0) -> "Callable[[_Function], _Function]":
        """Call the function below once when a value that is sent is ``bound``, or less.

        It is called again only after a value was above ``bound + margin``. Otherwise as ``above``.
        """

    def on_press(button: "str | Part") -> "Callable[[_Function], _Function]":
        """Call the function below at each press of a button: a part, or its id.

        The part's driver has ``async pressed()``, which returns once for each press.
        """

    def on_message(function: "_Function") -> "_Function":
        """Call the function below with each text that people send to the object.

        ``def afficher(texte)``: at most 120 characters (the command ``message``).
        """

    def follow(channel: str) -> "Callable[[_Function], _Function]":
        """Call the function below with each reading of the object that this one follows.

        ``def suivre(valeur)``. Which object that is, the gateway knows; ``channel`` says of which
        of its readings the function wants to hear. The build has the command ``follow``.
        """

    def on_command(name: str) -> "Callable[[_Function], _Function]":
        """Call the function below when the object is told ``name`` (a command of ``build.toml``).

        It gets the command's arguments by name, already checked: ``def colour(colour): …``. It may
        be ``async`` or plain. What it raises is answered ``failed``.
        """

    def task(function: "_Function") -> "_Function":
        """Run the ``async`` function below all the time, beside the others: an animation, say."""

    def show(**values: float) -> None:
        """Show readings, by channel: on the console with their units, and on the light.

        On a light (``station.light``) it is the most urgent level of the values that have bands.
        Raises ValueError, in French, as ``send`` does.
        """

    def say(text: str) -> None:
        """Tell people something: on the object's page and on the console.

        At most 200 characters; the same text is told at most once a minute. Raises ValueError, in
        French, if it is no text, empty or longer.
        """
        _running()

    def event(name: str, **data: "Any") -> None:
        """Tell programs that something happened: ``station.event("alarm", level=2)``.

        It is kept in RAM until it is sent.
        """
        _running()

    def light(part_id: str = "pixels") -> "Lamp":
        """Return the lamp of a strip of the build, and let it shine (see ``fabnum.lamp.Lamp``).

        It answers to the commands ``colour``, ``brightness``, ``effect`` and ``follow`` where the
        build has them and the program does not answer itself. Raises ValueError, in French, if the
        build has no such part.
        """

    def setting(name: str, default: "Any" = None) -> "Any":
        """Return one of the ``settings`` of ``config.json``, or ``default``.

        Where that file cannot be used the program runs all the same, with the defaults.
        """


_ELSEWHERE = (
    "thresholds above below ; orders on_press on_message on_command follow ; show show ; say say ; "
    "lights light ; more task event setting "
)
"""The words of each module; one text, because a name of its own costs each board memory."""

_health = boot.start()


def part(part_id: str) -> "Part":
    """Return the part of that id in the build's ``build.toml`` (see ``fabnum.parts.Part``).

    ``await part.read()`` gives ``{channel: value}``; ``part.driver`` is the object of its driver,
    for what only that part can do. Raises ValueError, in French, if the build has no such part.
    """
    return current.part(part_id)


def every(seconds: float, fixed: bool = False) -> "Callable[[_Function], _Function]":
    """Call the function below every ``seconds``, for the first time as soon as the board is up.

    The board's period, where its configuration has one or the gateway sends one, replaces
    ``seconds``, unless ``fixed`` is true. Periods of an hour and more go by the clock: after the
    first call, each is at a full hour (``fabnum.hours``). The function may be ``async`` or plain.
    """
    if not is_number(seconds) or seconds <= 0:
        raise ValueError("@station.every(…) : donnez un nombre de secondes plus grand que 0.")

    def remember(function: "_Function") -> "_Function":
        current.periodics.append(Periodic(function, seconds, fixed))
        return function

    return remember


def send(**values: float) -> None:
    """Send one moment's readings, by channel: ``station.send(temperature=21.5)``.

    They are safe on flash when this returns, and go out as soon as there is a network. Raises
    ValueError, in French, if a value is no number or the build has no such channel.
    """
    _running().send(values)


def run() -> None:
    """Start everything: the functions above, the Wi-Fi, the way to the broker. Never returns."""
    from fabnum.app import App

    current.app = App(current, _health)
    current.app.run()


def _running() -> "App":
    return current.running()


def __getattr__(name: str) -> "Any":
    """Load a word. Raises AttributeError for what is none."""
    for words in _ELSEWHERE.split("; "):
        module, _, known = words.partition(" ")
        if " %s " % name in " " + known:
            word = getattr(__import__("fabnum." + module, None, None, (name,)), name)
            globals()[name] = word
            return word
    raise AttributeError("'station' has no attribute '%s'" % name)
