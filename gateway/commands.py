"""Commands: say to an object what it shall do, and wait for its answer.

A command goes out with an id and an expiry, at QoS 1 and never retained: an object that is not
there now shall not switch on when it comes back. Its answer is the ``ack`` of the same id.
"""

import asyncio
import math
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

from gateway.messages import one_line
from gateway.model import Frame
from gateway.registry import Registry, unknown_device
from gateway.sleep import Nap, nap_of
from kit.catalogue import Command, Text
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, is_slug

EXPIRES_AFTER_S = 30
"""How long a command stays good on its way. Long enough for a slow Wi-Fi, short enough that nobody
has forgotten that they pressed a button."""
ANSWER_WITHIN_S = 5.0
MAX_TEXT = 120
"""Characters: what fits on a small display, and in a form of residents."""
MAX_SAID = 200
MAX_PERIOD_S = 86_400
_NOT_DONE: Mapping[str, Any] = {"ok": False}

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

MESSAGE = Command(
    id="message",
    name=Text(fr="Envoyer un texte", en="Send a text"),
    residents=True,
    arguments={"text": "text"},
)
"""For objects whose program hears it: they say so in ``about``."""

BUILT_IN = (
    MESSAGE,
    Command(id="identify", name=Text(fr="Se montrer", en="Identify")),
    Command(id="restart", name=Text(fr="Redémarrer", en="Restart")),
    Command(id="report", name=Text(fr="Se présenter", en="Report")),
    Command(
        id="period",
        name=Text(fr="Rythme des mesures", en="Period"),
        arguments={"seconds": [1, MAX_PERIOD_S]},
    ),
    Command(
        id="calibrate",
        name=Text(fr="Étalonner", en="Calibrate"),
        arguments={"part": "slug", "step": "slug", "value": "number?"},
    ),
)
"""What every firmware knows, whatever its build. None but ``message`` is for residents."""


class Publish(Protocol):
    """How a message reaches the broker: the broker link's ``publish``.

    It may be a plain function or a coroutine function; it raises FabnumError if the broker is away.
    """

    def __call__(
        self, topic: str, payload: bytes, *, qos: int, retain: bool
    ) -> Awaitable[object] | object:
        """Hand over one message."""


class CommandError(FabnumError):
    """A command that was not carried out. ``code`` says why, for programs.

    ``unknown-device``, ``unknown-command``, ``bad-argument``, ``not-connected``, ``asleep``,
    ``no-answer``, ``expired`` or ``failed``. ``said``: the object's own sentence, empty if it gave
    none.
    """

    def __init__(self, code: str, cause: str, action: str = "", said: str = "") -> None:
        super().__init__(cause, action)
        self.code = code
        self.said = said


def _clock_time(moment: float) -> str:
    return time.strftime("%H:%M", time.localtime(moment))


class Commander:
    """Sends commands and matches them with their answers. A :class:`gateway.model.Listener`.

    ``is_lost`` tells which objects the broker knows to be away: for those no time is spent waiting,
    nor for one that has said that it sleeps. ``clock_time`` writes a moment (Unix seconds) as the
    reader's clock shows it.
    """

    def __init__(
        self,
        registry: Registry,
        publish: Publish,
        is_lost: Callable[[DeviceKey], bool] = lambda _key: False,
        clock_time: Callable[[float], str] = _clock_time,
    ) -> None:
        self._registry = registry
        self._publish = publish
        self._is_lost = is_lost
        self._clock_time = clock_time
        self._naps: dict[DeviceKey, Nap] = {}
        self._waiting: dict[tuple[DeviceKey, str], asyncio.Future[Mapping[str, Any]]] = {}

    async def send(
        self,
        key: DeviceKey,
        command_id: str,
        arguments: Mapping[str, object],
        within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        """Send a command and return once the object says that it has done it.

        Raises CommandError, with the sentence that a user needs, when it does not; FabnumError when
        the broker is away.
        """
        command, checked = self._check(key, command_id, arguments)
        if self._is_lost(key):
            raise _error("not-connected", command)
        self._require_awake(key, command)
        identity = secrets.token_hex(4)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key, identity] = answer
        try:
            await self._hand_over(key, command.id, checked, identity)
            async with asyncio.timeout(within_s):
                ack = await answer
        except TimeoutError:
            raise _error("no-answer", command) from None
        finally:
            del self._waiting[key, identity]
        if ack.get("ok") is not True:
            self._require_awake(key, command)  # it may have fallen asleep meanwhile
            code = ack.get("error")
            raise _error(code if isinstance(code, str) else "failed", command, ack.get("text"))

    async def tell(self, key: DeviceKey, command_id: str, arguments: Mapping[str, object]) -> None:
        """Send a command without waiting for its answer; otherwise like :meth:`send`."""
        command, checked = self._check(key, command_id, arguments)
        await self._hand_over(key, command.id, checked, secrets.token_hex(4))

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Hand an ``ack`` to the one who waits for it; remember who sleeps."""
        if leaf == "status":
            self._note_sleep(device, payload)
        if leaf != "ack":
            return
        identity = payload.get("id")
        answer = self._waiting.get((device, identity)) if isinstance(identity, str) else None
        if answer is not None and not answer.done():
            answer.set_result(payload)

    def on_frame(self, frame: Frame) -> None:
        """Do nothing: readings say nothing about commands."""

    def _note_sleep(self, key: DeviceKey, status: Mapping[str, Any]) -> None:
        nap = nap_of(status, time.time(), _period(status))
        if nap is not None:
            self._naps[key] = nap
            for (asked, _identity), answer in self._waiting.items():
                if asked == key and not answer.done():
                    answer.set_result(_NOT_DONE)
        elif status.get("state") != "lost":  # which the broker may also say of one that sleeps
            self._naps.pop(key, None)

    def _require_awake(self, key: DeviceKey, command: Command) -> None:
        """Raise CommandError, with the time at which it wakes, for an object that sleeps."""
        nap = self._naps.get(key)
        if nap is None:
            return
        if time.time() > nap.late_after:
            raise _error("not-connected", command)
        raise CommandError(
            "asleep",
            _("The object sleeps until {time}.", time=self._clock_time(nap.wakes)),
            _("To wake it now, press the button EN (or RST) of its board, then try again."),
        )

    def _check(
        self, key: DeviceKey, command_id: str, arguments: Mapping[str, object]
    ) -> tuple[Command, dict[str, object]]:
        device = self._registry.find(key)
        if device is None or device.revoked is not None:
            unknown = unknown_device(key)
            raise CommandError("unknown-device", unknown.cause, unknown.action)
        command = find_command(device.catalogue().commands, command_id)
        return command, check_arguments(command, arguments)

    async def _hand_over(
        self, key: DeviceKey, command_id: str, arguments: Mapping[str, object], identity: str
    ) -> None:
        message = {
            "id": identity,
            "name": command_id,
            "args": arguments,
            "expires": int(time.time()) + EXPIRES_AFTER_S,
        }
        sent = self._publish(
            key.topic("command"), msgspec.json.encode(message), qos=1, retain=False
        )
        if isinstance(sent, Awaitable):
            await sent


def _period(status: Mapping[str, Any]) -> float:
    period = status.get("period")
    if isinstance(period, int | float) and 0 < period <= MAX_PERIOD_S:
        return period
    return MAX_PERIOD_S / 24


def find_command(commands: tuple[Command, ...], command_id: str) -> Command:
    """Return a command of a build, or one that every firmware knows. Raises CommandError."""
    known = (*commands, *BUILT_IN)
    for command in known:
        if command.id == command_id:
            return command
    raise CommandError(
        "unknown-command",
        _("This object does not know the command “{command}”.", command=command_id),
        _("Take one of: {known}.", known=", ".join(command.id for command in known)),
    )


def check_arguments(command: Command, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments as the firmware takes them. Raises CommandError naming the wrong one.

    A number may be given as text, as a form or a command line does.
    """
    unknown = arguments.keys() - command.arguments.keys()
    for name in sorted(unknown):
        raise _bad_argument(name, _("This command has no such argument."))
    checked: dict[str, object] = {}
    for name, kind in command.arguments.items():
        if kind == "number?" and arguments.get(name) is None:
            continue  # it may be absent
        if name not in arguments:
            raise _bad_argument(name, _("It is missing."))
        checked[name] = _check_argument(name, kind, arguments[name])
    return checked


def _check_argument(name: str, kind: Any, value: object) -> object:
    """Check one argument against its kind (see :data:`kit.catalogue.Argument`)."""
    if kind in ("number", "number?"):
        return _number(name, value, -math.inf, math.inf)
    if isinstance(kind, list | tuple) and not isinstance(kind[0], str):
        return _number(name, value, kind[0], kind[1])
    if isinstance(kind, list | tuple):
        if value in kind:
            return value
        raise _bad_argument(name, _("Take one of: {known}.", known=", ".join(kind)))
    if isinstance(value, str):
        return _text(name, kind, value)
    raise _bad_argument(name, _("It must be a text."))


def _text(name: str, kind: str, value: str) -> str:
    if kind == "colour":
        if _COLOUR.fullmatch(value):
            return value.lower()
        raise _bad_argument(name, _("Write a colour as #rrggbb, for example #00ff80."))
    if kind == "slug":
        if is_slug(value):
            return value
        raise _bad_argument(name, _("Use 1 to 32 of: a-z, 0-9 and the hyphen."))
    text = one_line(value)
    if not text:
        raise _bad_argument(name, _("It is missing."))
    if len(text) > MAX_TEXT:
        raise _bad_argument(name, _("Use at most {count} characters.", count=MAX_TEXT))
    return text


def _number(name: str, value: object, low: float, high: float) -> float | int:
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise _bad_argument(name, _("It must be a number."))
    if not low <= number <= high:
        raise _bad_argument(name, _("It must be from {low} to {high}.", low=low, high=high))
    return int(number) if number.is_integer() else number


def _bad_argument(name: str, action: str) -> CommandError:
    return CommandError(
        "bad-argument", _("The argument “{name}” cannot be used.", name=name), action
    )


def _error(code: str, command: Command, text: object = None) -> CommandError:
    name = str(command.name)
    said = one_line(text)[:MAX_SAID] if code == "failed" and isinstance(text, str) else ""
    if said:
        return CommandError(code, _("The object says: {text}", text=said), said=said)
    match code:
        case "not-connected":
            return CommandError(
                code,
                _("The object is not connected."),
                _("Check that it has power and Wi-Fi, then try again."),
            )
        case "no-answer":
            return CommandError(
                code,
                _("The object has not answered. It may still do it: “{command}”.", command=name),
                _("Look at it, then try again."),
            )
        case "expired":
            return CommandError(
                code, _("The command reached the object too late."), _("Try again.")
            )
        case "unknown-command" | "bad-argument":
            return CommandError(
                code,
                _("The object did not understand “{command}”.", command=name),
                _("Its program may be older than this page: tell the fablab."),
            )
        case _:
            return CommandError(
                "failed",
                _("The object could not do it: “{command}”.", command=name),
                _("Try again. If it fails again, tell the fablab."),
            )
