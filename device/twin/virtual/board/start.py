"""Starts MicroPython in a virtual board as the ESP32 port does: ports/esp32/main.c, inisetup.py.

The board's process (``device/twin/chip``) runs it in the board's folder on the PC. The program sees
nothing of the PC: files come from the flash, hardware and network from the fakes.
"""

import gc
import io
import json
import os
import sys

import vfs
import world
from flashbdev import FlashBdev
from partition import Partition

import __main__

_CONTROL = 3
_NEWS = 4
"""File descriptors, as in ``device/twin/chip/interpreter.py``."""

_HIDDEN = ".pc"
"""Where the board's folder on the PC is mounted."""

_CORRUPTED = """\
The filesystem appears to be corrupted. If you had important data there, you
may want to make a flash snapshot to try to recover it. Otherwise, perform
factory reprogramming of MicroPython firmware (completely erase flash, followed
by firmware programming).
"""
_FIRST_BOOT = "# This file runs at each start, before main.py.\n"

_FILLING = "/plein.bin"
_SLEEP_MS = 500
_STUCK = """
import time
while True:
    print("T = 21.5")
    time.sleep_ms(200)
"""

_OF_THE_PORT = ("machine", "network", "socket", "time", "neopixel", "esp32", "esp")
"""What a program may import of what is loaded here; the rest is nobody's business."""


def main():
    """Be the board, up to its prompt."""
    with open("start.json") as file:
        told = json.load(file)
    vfs.mount(vfs.VfsPosix(os.getcwd()), "/" + _HIDDEN)
    world.HOST = "/" + _HIDDEN
    world.load()
    world.hear_from(open(_CONTROL, "rb"))
    news = open(_NEWS, "wb")
    world.log = lambda *words: news.write(("says " + " ".join(map(str, words)) + "\n").encode())
    _switch_on(told, news)
    _become_the_port(told)
    _mount_files(told)
    gc.collect()
    if told["fault"] == "asleep":
        sys.modules["machine"].deepsleep(_SLEEP_MS)
    if told["fault"] == "stuck":
        sys.modules["micropython"].kbd_intr(-1)
    news.write(b"ready\n")
    _run_programs(told)


def _switch_on(told, news):
    """Start the chip, wire its parts, put them into their room."""
    import socket  # noqa: F401

    import machine
    import names
    import neopixel  # noqa: F401 - so that it is there for the program
    import network  # noqa: F401
    import secure
    import surroundings
    import wiring

    machine.be_chip(told["chip"])
    machine.boot(told["cause"])
    around = surroundings.Surroundings(world.state["room"], world.model_time)
    world.watchers["room"] = around.change
    with open("build.json") as file:
        build = json.load(file)
    wiring.solder(build, around)
    _show_pixels(build, wiring, news)
    world.listen_in_every_loop()
    secure.install()
    names.make_room()


def _show_pixels(build, wiring, news):
    """Tell the PC what each strip is sent."""
    strips = {p["pins"]["data"]: p["id"] for p in build["parts"] if p["bus"] == "ws2812"}
    send_bits = wiring.send_bits

    def send_bits_and_tell(gpio, data):
        send_bits(gpio, data)
        if gpio in strips:
            news.write(("shows %s %s\n" % (strips[gpio], data.hex())).encode())

    wiring.send_bits = send_bits_and_tell


def _become_the_port(told):
    """Let MicroPython's own modules look as on the chip, and hide what is not there."""
    import as_esp32
    import esp  # noqa: F401
    import esp32  # noqa: F401

    ours = [entry[0].split(".")[0] for entry in os.ilistdir(os.getenv("MICROPYPATH").split(":")[0])]
    for name in list(sys.modules):
        if name.split(".")[0] in ours and name not in _OF_THE_PORT:
            del sys.modules[name]
    sys.modules["vfs"] = as_esp32.Vfs(_HIDDEN)
    sys.modules["os"] = as_esp32.Os(told, _HIDDEN, sys.modules["vfs"])
    sys.modules["sys"] = as_esp32.Sys(told)
    sys.modules["micropython"] = as_esp32.MicroPython()
    sys.path[:] = ["", ".frozen", "/lib"]
    del sys.argv[:]


def _mount_files(told):
    """Mount the flash at ``/``; new files on a blank chip, and none on one that holds rubbish."""
    if told["files"] is None:
        return
    pc = world.HOST + "/"
    chip = Partition(pc + "flash.bin", *told["files"], pc + "fuse", _lose_power)
    try:
        files = vfs.VfsLfs2(chip)
    except OSError:
        if not chip.is_blank():
            _despair()
        print("Performing initial setup")
        vfs.VfsLfs2.mkfs(chip)
        files = vfs.VfsLfs2(chip)
        with files.open("/boot.py", "w") as file:
            file.write(_FIRST_BOOT)
    vfs.umount("/")
    vfs.mount(files, "/")
    os.chdir("/")
    sys.modules["flashbdev"] = FlashBdev(chip)
    _fill(told["fault"] == "full")


def _despair():
    while True:
        print(_CORRUPTED)
        world.wait_ms(3000)


def _lose_power():
    world.leave("power-cut")


def _fill(wanted):
    """Fill the file system, or free it again."""
    try:
        os.remove(_FILLING)
    except OSError:
        pass
    if not wanted:
        return
    for size in (4096, 256):
        try:
            with open(_FILLING, "ab") as file:
                while True:
                    file.write(bytes(size))
                    file.flush()
        except OSError:
            pass


def _run_programs(told):
    """Run ``boot.py``, then ``main.py`` unless that failed or the raw REPL is on."""
    if _run("boot.py", _STUCK if told["fault"] == "stuck" else None) and not told["raw"]:
        _run("main.py")


def _run(name, source=None):
    """Run a program at the prompt's level; return whether all was well.

    One that is not there is passed over. One that ends MicroPython brings a soft reset.
    """
    if source is None:
        try:
            with open("/" + name) as file:
                source = file.read()
        except OSError:
            return True
    try:
        exec(compile(source, name, "exec"), __main__.__dict__)
    except SystemExit:
        world.leave("soft")
    except BaseException as error:
        _print(error)
        return False
    return True


def _print(error):
    """Print a traceback without the lines of this file."""
    text = io.StringIO()
    sys.print_exception(error, text)
    for line in text.getvalue().split("\n")[:-1]:
        if not line.startswith('  File "start"'):
            print(line)


main()
