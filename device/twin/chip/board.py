"""One board: its power, its port, its buttons, and what its chip is doing."""

import json
import os
import time
from pathlib import Path
from typing import Any

from device.twin.chip import faults, rom
from device.twin.chip.faults import Fault
from device.twin.chip.flash import Flash, Fuse, PowerCutError
from device.twin.chip.interpreter import Interpreter
from device.twin.chip.loader import SYNC, Loader
from device.twin.chip.micropython import load
from device.twin.chip.profiles import BOOT_BUTTON, ESP32, ESP32C3, PROFILES, Profile
from device.twin.chip.serial_port import SerialPort

_RESTART_S = 0.3
"""What a chip needs from reset to the first line of Python; it also tames a loop of resets."""

_LOOP_S = 0.5
"""How long the ROM tries what it cannot start, until its watchdog resets it."""

_WATCHDOG_TICK_S = 0.25
_READS_AT_ONCE = 8
"""After so much output the PC is heard again: a program that prints without end can be stopped."""

_MOST_UNREAD = 8192
"""Where the reader is slower than the program, that waits: as at the end of a real line."""

_PANIC = (
    "\r\nGuru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
)
_BITTEN = "\r\nE (90012) task_wdt: Task watchdog got triggered.\r\n"
_BROWNOUT = "\r\nBrownout detector was triggered\r\n\r\n"
_POWER_CUT = "power-cut"
_SOFT = "soft"


class Board:
    """One board, as long as its process lives.

    ``shown``: the last bytes that each strip of LEDs was sent, in hex. ``said``: what its fakes
    have to say apart from the line.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._folder = Path(settings["folder"])
        self._own_profile = self._profile = PROFILES[settings["chip"]]
        self._mac = bytes.fromhex(settings["mac"])
        self.fuse = Fuse(self._folder / "fuse")
        self._flash = Flash(self._folder / "flash.bin", settings["flash_mb"] << 20, self.fuse)
        self._loader = Loader(self._profile, self._mac, self._flash)
        self._micropython = load(
            settings["micropython"], Path(settings["modules"]), settings["heap_kib"]
        )
        self.port = SerialPort(Path(settings["port"]), baud_true=settings["baud_true"])
        self._console = (self._folder / "console.log").open("ab", buffering=0)
        self.powered = False
        self.fault: Fault | None = None
        self.shown: dict[str, str] = {}
        self.said: list[str] = []
        self._interpreter: Interpreter | None = None
        self._downloading = False
        self._tool_resets = False
        self._boot_is_low = False
        self._begin_of_sync = b""
        self._start_at: float | None = None
        self._cause = "power"
        self._watched_at = 0.0
        self._bitten = False
        self._held_part = ""
        self._held_until = 0.0

    # What people do with it.

    def plug(self) -> None:
        """Plug the cable in: the port appears, the chip starts."""
        if self.powered:
            return
        self.powered = True
        if self.fault is not Fault.NO_DRIVER:
            self.port.plug()
        self._reset("power")

    def unplug(self) -> None:
        """Pull the cable: the port vanishes, everything stops. The flash stays as it is."""
        self._stop()
        self.port.unplug()
        self.powered = False
        self.shown.clear()
        self.fuse.arm(0)

    def press_reset(self, *, with_boot: bool) -> None:
        """Press the button EN (or RST), with BOOT held meanwhile or without."""
        if self.fault is Fault.ASLEEP:
            self.fault = None
        if self.powered:
            self._reset("power")
            self._boot_is_low = with_boot

    def hold(self, part: str, seconds: float) -> None:
        """Keep a button pressed for so long, also through a reset (BOOT: into the boot loader)."""
        self._held_part = part
        self._held_until = time.monotonic() + seconds
        self.tell(json.dumps({"hold": part}))

    def tell(self, line: str) -> None:
        """Tell the board's MicroPython of a change in its world."""
        if self._interpreter is not None:
            self._interpreter.tell(line)

    def set_fault(self, fault: Fault | None) -> None:
        """Let the board be another one, with this fault or with none, plugged in anew."""
        self.unplug()
        self.fault = fault
        self._profile = self._own_profile
        if fault is Fault.WRONG_CHIP:
            self._profile = ESP32C3 if self._own_profile is ESP32 else ESP32
        if fault is Fault.BOOT_LOOP:
            faults.damage(self._flash)
        self._loader = Loader(self._profile, self._mac, self._flash)
        self._loader.dies_at = 0.5 if fault is Fault.DIES_WHILE_FLASHING else None
        self.plug()

    @property
    def profile(self) -> Profile:
        """The kind of chip on it."""
        return self._profile

    # What goes on by itself.

    def go_on(self) -> None:
        """Do all that can be done now."""
        if not self.powered:
            return
        now = time.monotonic()
        if self._start_at is not None and self._start_at <= now:
            self._start()
        self.port.flush()
        self._take_input()
        self._follow_interpreter()
        if now - self._watched_at > _WATCHDOG_TICK_S:
            self._watch(now - self._watched_at)

    def waits_for(self) -> list[int]:
        """Return the descriptors at which something may happen next."""
        waits: list[int] = []
        if self.powered and self.fault is not Fault.NO_DRIVER:
            waits.append(self.port.fileno())
        if self._interpreter is not None:
            waits.append(self._interpreter.news)
            if len(self.port.waiting) < _MOST_UNREAD:
                waits.append(self._interpreter.terminal)
        return waits

    def wait_s(self) -> float:
        """Return for how long at most nothing will happen without that."""
        if not self.powered:
            return 60.0
        wait = _WATCHDOG_TICK_S
        if self._start_at is not None:
            wait = min(wait, max(0.0, self._start_at - time.monotonic()))
        if self._interpreter is not None and self._interpreter.is_holding:
            wait = min(wait, 0.005)
        return min(wait, self.port.busy_s() or wait)

    # Starts and ends.

    def _reset(self, cause: str, after_s: float = 0.0) -> None:
        """Stop all, and start with that cause after a while."""
        self._stop()
        self._cause = cause
        self._start_at = time.monotonic() + after_s

    def _stop(self) -> None:
        if self._interpreter is not None:
            self._interpreter.kill()
            self._interpreter = None
        self._loader.reset()
        self._downloading = self._tool_resets = self._boot_is_low = False
        self._start_at = None

    def _start(self) -> None:
        """Go through ROM and boot loader to the program, or to the next try."""
        self._start_at = None
        if self._cause == "power":
            self._file("rtc.json").unlink(missing_ok=True)
        if self.fault is Fault.CHARGE_ONLY:
            return
        if self._boot_is_low or self.fault is Fault.BOOT_HELD or self._holds(BOOT_BUTTON):
            self._boot_is_low = False
            self._say(rom.wait_for_download(self._profile, self._cause))
            self._downloading = True
            return
        started = rom.start(self._profile, self._flash, self._cause)
        self._say(started.words)
        if started.program is None:
            self._reset(started.again, _LOOP_S)
        elif self.fault is Fault.BROWNOUT:
            self._say(_BROWNOUT)
            self._reset("brownout", _LOOP_S)
        else:
            self._start_program(started, self._cause, raw=False)

    def _start_program(self, started: rom.Start, cause: str, *, raw: bool) -> None:
        """Start MicroPython. Another program does something that nobody here can see."""
        assert started.program is not None
        known = started.program.micropython()
        if known is None:
            return
        self._started = started
        for name in ("exit.json", "watchdog"):
            self._file(name).unlink(missing_ok=True)
        version, day = known
        files = started.files
        self._file("start.json").write_text(
            json.dumps(
                {
                    "cause": cause,
                    "raw": raw,
                    "version": version,
                    "day": day,
                    "machine": self._profile.machine,
                    "chip": self._profile.name,
                    "flash": self._flash.size,
                    "files": None if files is None else [files.address, files.size],
                    "boot_pin": self._profile.boot_pin,
                    "fault": None if self.fault is None else self.fault.value,
                }
            ),
            encoding="utf-8",
        )
        greeting = f"MicroPython v{version} on {day}; {self._profile.machine}\r\n"
        greeting += 'Type "help()" for more information.\r\n'
        self._interpreter = Interpreter(self._micropython, self._folder, greeting.encode(), raw=raw)
        if self._holds(self._held_part):
            self.tell(json.dumps({"hold": self._held_part}))

    def _holds(self, part: str) -> bool:
        """Whether somebody keeps that button pressed."""
        return part == self._held_part and time.monotonic() < self._held_until

    def _follow_interpreter(self) -> None:
        board = self._interpreter
        if board is None:
            return
        for word, *words in board.hear():
            self._take_news(word, words)
        board.go_on()
        for _ in range(_READS_AT_ONCE):
            if len(self.port.waiting) >= _MOST_UNREAD:
                return
            data = board.read()
            if data is None:
                self._interpreter = None
                self._end(board)
                return
            if not data:
                return
            self._say_bytes(data)

    def _take_news(self, word: str, words: list[str]) -> None:
        if word == "shows":
            part, colours = words
            self.shown[part] = colours
        elif word == "says":
            self.said.append(" ".join(words))

    def _end(self, board: Interpreter) -> None:
        """Start again as the end of MicroPython's process asks for."""
        ending = board.wait()
        wish = _read_wish(self._file("exit.json"))
        if self._bitten:
            self._bitten = False
            self._say(_BITTEN)
            self._reset("watchdog", _RESTART_S)
        elif wish is not None and wish["cause"] == _POWER_CUT:
            self.unplug()
        elif wish is not None and wish["cause"] != _SOFT:
            pause_ms = wish.get("ms", 0)
            self._reset(wish["cause"], _RESTART_S + (pause_ms or 0) / 1000)
            if pause_ms is None:
                self._start_at = None  # asleep until somebody wakes it
        elif ending.signal is not None and wish is None:
            self._say(_PANIC)
            self._reset("reset", _RESTART_S)
        else:
            self._say("MPY: soft reboot\r\n")
            self._start_program(self._started, _SOFT, raw=board.raw)

    def _watch(self, late_s: float) -> None:
        """Bite a program that has not fed its watchdog in time."""
        self._watched_at = time.monotonic()
        if late_s > 4 * _WATCHDOG_TICK_S:
            return  # the whole PC was asleep or busy: the program is not to blame
        board = self._interpreter
        if board is not None and not self._bitten and _is_hungry(self._file("watchdog")):
            self._bitten = True
            os.kill(board.pid, 9)

    # The line.

    def _take_input(self) -> None:
        if self.fault is Fault.NO_DRIVER or not self.powered:
            return
        self.port.clear()
        while True:
            data = self.port.receive()
            if data is None and self._tool_resets:
                self._reset("power")  # the tool is done, and with the port the reset line goes
            if not data:
                return
            self._hear(data)
            if not self.powered:
                return

    def _hear(self, data: bytes) -> None:
        if self.fault is Fault.CHARGE_ONLY:
            return
        if not self._tool_resets and self.fault is not Fault.NO_AUTO_RESET:
            data = self._look_for_tool(data)
        if self._downloading:
            self._feed_loader(data)
        elif self._interpreter is not None:
            self._interpreter.write(data)

    def _look_for_tool(self, data: bytes) -> bytes:
        """Stop for a tool that wants the boot loader; return what is to be handed on.

        Such a tool has its hand on the reset line, which it lets go with the port.
        """
        recent = self._begin_of_sync + data
        begin = recent.find(SYNC)
        self._begin_of_sync = recent[-len(SYNC) + 1 :]
        if begin < 0:
            return data
        self._begin_of_sync = b""
        self._stop()
        self._downloading = self._tool_resets = True
        return recent[begin:]

    def _feed_loader(self, data: bytes) -> None:
        self._loader.baud = self.port.baud()
        try:
            self.port.send(self._loader.feed(data))
        except PowerCutError:
            self.unplug()

    def _say(self, words: str) -> None:
        self._say_bytes(words.encode())

    def _say_bytes(self, data: bytes) -> None:
        if self.fault is Fault.NO_DRIVER:
            return
        self._console.write(data)
        self.port.send(data)

    def _file(self, name: str) -> Path:
        return self._folder / name


def _is_hungry(watchdog: Path) -> bool:
    try:
        fed_at = watchdog.stat().st_mtime
        timeout_ms = watchdog.read_text(encoding="ascii")
    except OSError:
        return False  # it has none
    return bool(timeout_ms) and time.time() - fed_at > int(timeout_ms) / 1000


def _read_wish(path: Path) -> dict[str, Any] | None:
    """Return what a board asked for as it ended, ``None`` if it ended without a word."""
    try:
        wish: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    path.unlink()
    return wish
