"""Proves that a solution works: on a simulated board each step is done, and then seen.

The board is the real firmware with the solution as its program, the real broker is Mosquitto. What
repeats in the program does so every second (``hasty.py``). It is Sunday night around the board:
nobody walks, votes or makes noise but by the proof.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from curriculum.model import Module, Proof
from device.twin.host import AccessPoint, Fleet, Twin, World
from kit import firmware
from kit.catalogue import Build, load_build
from tests.curriculum import light

LAB = AccessPoint("atelier", "sesame")
HASTY = Path(__file__).parent / "hasty.py"
NIGHT = datetime(2026, 1, 4, 2)  # noqa: DTZ001 - the room's local time
PACE = 60.0
"""Sensors follow their room slowly; an hour of it goes by in a minute."""
PATIENCE_S = 60.0
PIR_WARMS_UP_S = 62.0
BETWEEN_PRESSES_S = 0.4
COUNTING = {"button", "gate", "pir"}
"""Drivers whose channels count since the last reading."""

_LIGHT = "[twin] pixels:"
_EVERY = re.compile(r"^\[twin\] every ([\d.]+)$", re.MULTILINE)


class NotSeenError(AssertionError):
    """A step of a proof that was not seen, with what was seen instead."""


class Town:
    """Hears what the boards of a broker say, and tells them something."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._changed = threading.Condition()
        self._heard: dict[str, list[tuple[str, Any]]] = {}
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.on_connect = lambda client, *_: client.subscribe("fabnum/1/proof/#", qos=1)
        self._client.on_message = lambda _client, _data, message: self._take(message)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        # Without the time a board waits a minute before it sends; the gateway would tell it.
        self._client.publish("fabnum/1/time", str(int(time.time())), qos=1, retain=True)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def heard(self, device: str) -> list[tuple[str, Any]]:
        """Return (leaf, content) of all that a board has said so far."""
        with self._changed:
            return list(self._heard.get(device, ()))

    def tell(self, device: str, name: str, arguments: Mapping[str, Any]) -> str:
        """Send a command; return its id."""
        command = {"id": f"proof-{time.monotonic_ns()}", "name": name, "args": dict(arguments)}
        self._client.publish(f"fabnum/1/proof/{device}/command", json.dumps(command), qos=1)
        return command["id"]

    def _take(self, message: paho.MQTTMessage) -> None:
        device, leaf = message.topic.split("/")[3:5]
        if leaf == "command":
            return
        content = json.loads(message.payload)
        with self._changed:
            self._heard.setdefault(device, []).append((leaf, content))
            self._changed.notify_all()


@dataclass
class Seen:
    """What a board has shown since a step began."""

    frames: list[dict[str, float]]
    said: list[str]
    printed: str

    def __str__(self) -> str:
        lines = self.printed.splitlines()
        light = next((line for line in reversed(lines) if line.startswith(_LIGHT)), "")
        own = [line for line in lines if not line.startswith("[twin]")]
        printed = "\n".join([*own[-15:], light])
        return f"sent {self.frames[-3:]}, said {self.said[-3:]}, printed:\n{printed}"


class Prover:
    """One board with one solution; its power is cut once all is proved."""

    def __init__(self, fleet: Fleet, town: Town, folder: Path, build: Build, source: str) -> None:
        self._town = town
        self._build = build
        self._name = folder.name
        self._began = 0
        self._printed = 0
        self._started = 0.0
        config = {
            "town": "proof",
            "device": self._name,
            "build": build.id,
            "wifi": [{"ssid": LAB.ssid, "password": LAB.password}],
            "broker": {"host": "127.0.0.1", "port": town.port, "tls": False},
            "ntp": "",
            "settings": {"window": 0},
        }
        self._twin: Twin = fleet.add(
            folder,
            firmware.assemble(build.id, HASTY.read_bytes()),
            {**firmware.identity(config), "solution.txt": source.encode()},
            World(
                mac=f"0200{crc32(self._name.encode()):08x}",
                access_points=[LAB],
                begin=NIGHT,
                pace=PACE,
                room={"people": 0, "window": False},
            ),
        )

    def prove(self, proof: tuple[Proof, ...]) -> None:
        """Do and see each step. Raises NotSeenError for the first that is not seen."""
        for number, step in enumerate(proof, 1):
            self._mark()
            try:
                self._do(step, first=number == 1)
                self._see(step)
            except NotSeenError as error:
                raise NotSeenError(f"step {number} ({_told(step)}): {error}") from None
        self._twin.cut_power()

    # --- doing -----------------------------------------------------------------------------------

    def _do(self, step: Proof, *, first: bool) -> None:
        if step.around:
            self._twin.control(room=dict(step.around))
        if first:
            self._started = time.monotonic()
            self._twin.start()
            self._wait(lambda: any(leaf == "about" for leaf, _ in self._heard()), "it is online")
        for part in step.unplug:
            self._twin.control(parts={part: {"plugged": False}})
        for part in step.plug:
            self._twin.control(parts={part: {"plugged": True}})
        if step.walk:
            self._walk(step)
        if step.press:
            self._press(step)
        if step.tell:
            self._order("message", {"text": step.tell})
        for channel, value in step.follow.items():
            self._order("follow", {"channel": channel, "value": value})
        for command, arguments in step.command.items():
            self._order(command, arguments)

    def _walk(self, step: Proof) -> None:
        """Let people walk; a motion detector that has just got power sees nobody."""
        if any(part.driver == "pir" for part in self._build.parts):
            time.sleep(max(0, self._started + PIR_WARMS_UP_S - time.monotonic()))
        for _ in range(step.times):
            self._twin.control(room={"walks": step.walk})

    def _press(self, step: Proof) -> None:
        part = self._build.part(step.press)
        assert part is not None, f"the build has no part {step.press}"
        locked_s = part.settings.get("lock_out_ms", 0) / 1000
        for _ in range(step.times):
            self._twin.control(press=step.press)
            time.sleep(locked_s + BETWEEN_PRESSES_S)  # a person's finger, not a wait for anything

    def _order(self, name: str, arguments: Mapping[str, Any]) -> None:
        told = self._town.tell(self._name, name, arguments)

        def answers() -> list[Any]:
            heard = self._heard()
            return [answer for leaf, answer in heard if leaf == "ack" and answer["id"] == told]

        self._wait(answers, f"it answers to {name}")
        if not answers()[0]["ok"]:
            raise NotSeenError(f"{name} was refused: {answers()[0]}")

    # --- seeing ----------------------------------------------------------------------------------

    def _see(self, step: Proof) -> None:
        if step.every:
            asked = [float(seconds) for seconds in _EVERY.findall(self._twin.console())]
            if step.every not in asked:
                raise NotSeenError(f"it repeats every {asked} seconds")
        if step.sends:
            self._wait(lambda: self._sent(step.sends), f"it sends {step.sends}")
        if step.says:
            said = lambda: any(step.says in text for text in self._seen().said)  # noqa: E731
            self._wait(said, f"it says “{step.says}”")
        if step.prints:
            self._wait(lambda: step.prints in self._seen().printed, f"it prints “{step.prints}”")
        if step.shows:
            self._wait(lambda: light.stays(self._twin, step.shows), f"its light is {step.shows}")
        seen = self._seen()
        if step.says_not and any(step.says_not in text for text in seen.said):
            raise NotSeenError(f"it says “{step.says_not}”: {seen}")

    def _sent(self, wanted: Mapping[str, float]) -> bool:
        """Whether one frame holds all of it, or what is counted adds up to it."""
        frames = self._seen().frames
        if any(self._matches(frame, wanted) for frame in frames):
            return True
        # The sum of no frames at all is 0, too.
        counted = bool(frames) and all(self._is_counted(channel) for channel in wanted)
        sums = {channel: sum(frame.get(channel, 0) for frame in frames) for channel in wanted}
        return counted and self._matches(sums, wanted)

    def _is_counted(self, channel: str) -> bool:
        part = self._build.part_of(channel)
        return part is not None and part.driver in COUNTING

    def _matches(self, frame: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
        return all(
            channel in frame and abs(frame[channel] - value) <= self._off(channel, value)
            for channel, value in wanted.items()
        )

    def _off(self, channel: str, value: float) -> float:
        """Return how far off a value may be: 10 %, and what the sensor cannot tell apart."""
        known = self._build.channel(channel)
        assert known is not None, f"the build has no channel {channel}"
        if not known.unit:
            return 0.0
        return max(0.1 * abs(value), 2 * 10.0**-known.decimals)

    def _mark(self) -> None:
        """Forget what was seen: what comes from now on belongs to the next step."""
        self._began = len(self._heard())
        self._printed = len(self._twin.console())

    def _heard(self) -> list[tuple[str, Any]]:
        return self._town.heard(self._name)

    def _seen(self) -> Seen:
        frames, said = [], []
        for leaf, content in self._heard()[self._began :]:
            if leaf == "telemetry":
                several = content if isinstance(content, list) else [content]
                frames += [frame["values"] for frame in several]
            elif leaf == "event" and content["name"] == "message":
                said.append(content["data"]["text"])
        return Seen(frames, said, self._twin.console()[self._printed :])

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise NotSeenError(f"not seen: {what}; but it {self._seen()}")
            time.sleep(0.05)


def prove(module: Module, number: int, fleet: Fleet, town: Town, root: Path) -> None:
    """Prove one challenge of a module on a board of its own. Raises NotSeenError."""
    challenge = module.front.challenges[number - 1]
    build = load_build(challenge.build) if challenge.build else module.build
    source = (module.folder / "solutions" / f"{number}.py").read_text(encoding="utf-8")
    name = f"{module.front.id.lower()}-{number}"
    Prover(fleet, town, root / name, build, source).prove(challenge.proof)


def _told(step: Proof) -> str:
    """Return what a step says, without what it leaves out."""
    fields = {name: getattr(step, name) for name in step.__struct_fields__}
    default = Proof()
    return ", ".join(
        f"{name}: {value}" for name, value in fields.items() if value != getattr(default, name)
    )
