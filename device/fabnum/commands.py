"""What the object is told: checked, carried out once, answered on ``ack``.

A command is ``{"id", "name", "args", "expires"}``; its answer ``{"id", "ok"}``, with a code in
``error`` when it was not carried out, and the reason as a sentence in ``text`` if it failed. What
the arguments of a build's commands may be stands in its ``build.toml``; what they are answered
never depends on the program.
"""

import json

from drivers.errors import SensorError
from fabnum import guard, log
from fabnum.values import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.clock import Clock

_EXPIRED = const("expired")
_UNKNOWN = const("unknown-command")
_BAD_ARGUMENT = const("bad-argument")
_FAILED = const("failed")

_REMEMBERED = const(16)
_LONGEST_ID = const(64)
_LONGEST_TEXT = const(200)
_SLUG = const("abcdefghijklmnopqrstuvwxyz0123456789-")

BUILT_IN = {
    "identify": {},
    "restart": {},
    "report": {},
    "period": {"seconds": [1, 86400]},
    "calibrate": {"part": "slug", "step": "slug", "value": "number?"},
    "message": {"text": "text"},
}
"""The arguments of the commands that every firmware knows."""


class Commands:
    """Carries out commands. ``arguments``: what those of the build take, by command.

    ``handlers``: function by command, plain or async, called with the arguments by name; a command
    may lack one. ``clock``: to tell whether one has expired. ``acknowledge(answer)`` is called, and
    not awaited, with each answer, a dict.
    """

    def __init__(
        self,
        arguments: "dict[str, Any]",
        handlers: "dict[str, Callable[..., Any]]",
        clock: "Clock",
        acknowledge: "Callable[[dict[str, Any]], object]",
    ) -> None:
        self._arguments = dict(arguments)
        self._arguments.update(BUILT_IN)
        self._handlers = handlers
        self._clock = clock
        self._acknowledge = acknowledge
        self._answers: list[
            dict[str, Any]
        ] = []  # the last ones, so that a repeated command is answered the same

    async def handle(self, payload: bytes) -> None:
        """Carry out one command (bytes). What is not even a command is logged and ignored."""
        command = parse(payload)
        if command is None:
            log.say("Un ordre illisible est arrivé : il est ignoré.")
            return
        for known in self._answers:
            if known["id"] == command["id"]:
                self._acknowledge(known)
                return
        # Remembered before it is carried out: a repetition that comes meanwhile starts nothing.
        answer = {"id": command["id"], "ok": True}
        self._answers.append(answer)
        del self._answers[:-_REMEMBERED]
        error = await self._carry_out(command, answer)
        if error:
            answer["ok"] = False
            answer["error"] = error
        self._acknowledge(answer)

    async def _carry_out(self, command: "dict[str, Any]", answer: "dict[str, Any]") -> str | None:
        """Return the code of what went wrong, or ``None``; say why in the answer if it failed."""
        name, args, expires = command["name"], command["args"], command["expires"]
        now = self._clock.now()
        if expires is not None and now is not None and now > expires:
            return _EXPIRED
        handler = self._handlers.get(name)
        if name not in self._arguments or handler is None:
            return _UNKNOWN
        if not fits(self._arguments[name], args):
            return _BAD_ARGUMENT
        try:
            if handler in guard.ended:
                raise ValueError("Cette fonction est arrêtée jusqu’au prochain départ.")  # noqa: TRY301
            await guard.call(handler, **args)
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt) and not guard.fired():
                raise
            from fabnum import explain

            sentence = explain.sentence(error, name)
            log.fail(sentence)
            # What the kit raises, in French, is a sentence for people as it is.
            known = isinstance(error, (SensorError, ValueError))
            answer["text"] = (str(error) if known else sentence)[:_LONGEST_TEXT]
            return _FAILED
        return None


def parse(payload: bytes) -> "dict[str, Any] | None":
    """Return the command in a payload, its ``args`` and ``expires`` filled in; else ``None``."""
    try:
        command = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(command, dict):
        return None
    identifier, name = command.get("id"), command.get("name")
    args, expires = command.get("args", {}), command.get("expires")
    if not (isinstance(identifier, str) and 0 < len(identifier) <= _LONGEST_ID):
        return None
    if not isinstance(name, str) or not isinstance(args, dict):
        return None
    if expires is not None and not is_number(expires):
        return None
    return {"id": identifier, "name": name, "args": args, "expires": expires}


def fits(kinds: "dict[str, Any]", args: "dict[str, Any]") -> bool:
    """Whether ``args`` are the arguments that ``kinds`` names, each of its kind, and no others.

    One whose kind ends in ``?`` may be absent.
    """
    return all(k in kinds for k in args) and all(_fits(kinds[k], args.get(k)) for k in kinds)


def _fits(kind: "Any", value: "Any") -> bool:
    if kind in ("number", "number?"):
        return is_number(value) or (value is None and kind == "number?")
    if kind == "text":
        return isinstance(value, str) and len(value) <= _LONGEST_TEXT
    if kind == "slug":
        return _consists_of(value, _SLUG, 1, 32)
    if kind == "colour":
        return (
            isinstance(value, str)
            and value[:1] == "#"
            and _consists_of(value[1:].lower(), "0123456789abcdef", 6, 6)
        )
    if isinstance(kind, (list, tuple)) and kind and is_number(kind[0]):
        return is_number(value) and kind[0] <= value <= kind[1]
    return isinstance(kind, (list, tuple)) and value in kind


def _consists_of(value: object, letters: str, least: int, most: int) -> bool:
    return (
        isinstance(value, str)
        and least <= len(value) <= most
        and all(letter in letters for letter in value)
    )
