"""Modules that MicroPython holds itself, as they look on an ESP32."""

import os
import sys
import termios
from collections import namedtuple

import micropython
import second_terminal
import vfs

_Implementation = namedtuple("implementation", ("name", "version", "_machine", "_mpy"))
_Uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))

_INTERRUPT = 3
_ONLY_ON_PCS = ("system", "getenv", "putenv", "unsetenv", "errno", "VfsPosix")


class Sys:
    """``sys``: platform and implementation are the chip's, as the image in the flash says."""

    platform = "esp32"

    def __init__(self, told):
        numbers = [int(number) for number in told["version"].split(".")]
        self.implementation = _Implementation(
            "micropython",
            (numbers[0], numbers[1], numbers[2], ""),
            told["machine"],
            sys.implementation._mpy,  # noqa: SLF001 - it decides which .mpy files load
        )
        self.version = "3.4.0; MicroPython v%s on %s" % (told["version"], told["day"])

    def __getattr__(self, name):
        return getattr(sys, name)

    def exit(self, code=0):
        """Restart MicroPython, as on a board that has nothing to exit to."""
        raise SystemExit(code)


class Os:
    """``os``: without what a chip has not, and with its name."""

    def __init__(self, told, hidden, vfs):
        self._hidden = hidden
        self.mount = vfs.mount
        self._uname = _Uname(
            "esp32",
            "esp32",
            told["version"],
            "v%s on %s" % (told["version"], told["day"]),
            told["machine"],
        )

    def __getattr__(self, name):
        if name in _ONLY_ON_PCS:
            raise AttributeError(name)
        return getattr(os, name)

    def uname(self):
        """Return the names of system, version and board."""
        return self._uname

    def dupterm(self, stream, index=0):
        """Take another terminal, or none; return the one before."""
        return second_terminal.dupterm(stream)

    def dupterm_notify(self, _):
        """Read what was typed there."""
        second_terminal.dupterm_notify(None)

    def sync(self):
        """Do nothing: what is written is written."""

    def ilistdir(self, path=""):
        """Return what a folder holds, one (name, kind, inode, size) at a time."""
        return (entry for entry in os.ilistdir(path) if entry[0] != self._hidden)

    def listdir(self, path=""):
        """Return the names of what a folder holds."""
        return [entry[0] for entry in self.ilistdir(path)]


class Vfs:
    """``vfs``: without what is mounted for the fakes."""

    def __init__(self, hidden):
        self._hidden = "/" + hidden

    def __getattr__(self, name):
        if name == "VfsPosix":
            raise AttributeError(name)
        return getattr(vfs, name)

    def mount(self, *arguments, **options):
        """Mount a file system; without arguments return (file system, where) of all."""
        if arguments:
            return vfs.mount(*arguments, **options)
        return [mounted for mounted in vfs.mount() if mounted[1] != self._hidden]


class MicroPython:
    """``micropython``: with Ctrl-C goes what the terminal does with bytes."""

    def __init__(self):
        self._interruptible = None

    def __getattr__(self, name):
        return getattr(micropython, name)

    def kbd_intr(self, character):
        """Set which character interrupts; -1: none, it is then read as it is."""
        micropython.kbd_intr(character)
        if character == -1 and self._interruptible is None:
            self._interruptible = termios.tcgetattr(0)
            termios.setraw(0)
        elif character == _INTERRUPT and self._interruptible is not None:
            termios.tcsetattr(0, termios.TCSANOW, self._interruptible)
            self._interruptible = None
