"""What the alerts remember over a restart: ``alerts.json`` in the data folder."""

import contextlib
import logging
from pathlib import Path

import msgspec

from gateway.broker.files import write_whole

log = logging.getLogger(__name__)

VERSION = 1


class Alert(msgspec.Struct):
    """One rule that is not at rest for one subject. Times are Unix seconds, 0 for never.

    ``subject``: the device part of the key of its signals (``kit.signals``): ``gateway``,
    ``hem_``, ``hem_salle-2``. ``since``: when what is wrong began. ``fired``: when it had lasted
    long enough, 0 while it has not. ``calm``: since when it has been over without a break.
    ``told``: when people were last told of it. ``value``: of the signal, when it fired.
    """

    rule: str
    subject: str
    since: float
    value: float
    fired: float = 0
    calm: float = 0
    told: float = 0
    ended: float = 0

    @property
    def id(self) -> str:
        """What tells it from all others."""
        return id_of(self.rule, self.subject)


class Letter(msgspec.Struct):
    """A message that is on its way. ``done``: the addresses (as digests) that have it."""

    made: float
    subject: str
    body: str
    good_news: bool = False
    done: list[str] = []


class State(msgspec.Struct):
    """All of it. ``ended``: what is over and was told; its end is still to be told."""

    version: int = VERSION
    alerts: dict[str, Alert] = {}
    ended: dict[str, Alert] = {}
    letters: list[Letter] = []


def id_of(rule: str, subject: str) -> str:
    """Return what tells the alert of a rule and a subject from all others."""
    return f"{rule} {subject}"


def read(path: Path) -> State:
    """Return what is remembered; nothing if there is no file, or one that cannot be read.

    A damaged file is put aside under ``….damaged`` and said in the log: what fires is told anew.
    """
    try:
        return decode(path.read_bytes())
    except FileNotFoundError:
        return State()
    except (OSError, ValueError) as error:
        log.warning("The file %s cannot be read; what fires is told anew: %s", path.name, error)
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{path.name}.damaged"))
        return State()


def decode(content: bytes) -> State:
    """Read a state. Raises ValueError if it is none, or one of another version of the kit."""
    state = msgspec.json.decode(content, type=State)  # DecodeError is a ValueError
    if state.version != VERSION:
        raise ValueError(f"version {state.version}")
    return state


def write(path: Path, state: State) -> None:
    """Keep the state: whole or not at all, readable for this user only. Raises OSError."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n")
