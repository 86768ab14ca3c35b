"""Starts the board: flash at ``/``, fakes before the real modules, then ``/boot.py``, ``/main.py``.

Run by the host as ``micropython -m boot FOLDER FIRMWARE CAUSE``: the twin's folder on the PC, the
folder of the compiled firmware, and why the board starts.
"""

import json
import os
import sys

import flash
import vfs
import world
from flashbdev import FlashBdev

_FLASH_BLOCKS = 256  # 1 MiB, half of the files of an ESP32 with 4 MB


def mount(folder, firmware):
    """Mount the twin's folder, the fakes, the firmware, and at ``/`` the flash.

    A chip that is new is formatted. From then on nothing else of the PC's files is to be seen.
    """
    here = os.getcwd()
    vfs.mount(vfs.VfsPosix(folder), world.HOST)
    vfs.mount(vfs.VfsPosix(here), "/twin", readonly=True)
    vfs.mount(vfs.VfsPosix(firmware), "/app", readonly=True)
    world.load()
    chip = flash.Flash(
        world.HOST + "/flash.bin",
        _FLASH_BLOCKS,
        world.state["cut_after_writes"],
        world.power_off,
    )
    world.watchers["cut_after_writes"] = chip.cut_after
    try:
        files = vfs.VfsLfs2(chip)
    except OSError:
        world.log("the flash is formatted")
        vfs.VfsLfs2.mkfs(chip)
        files = vfs.VfsLfs2(chip)
    vfs.umount("/")
    vfs.mount(files, "/")
    os.chdir("/")
    sys.modules["flashbdev"] = FlashBdev(chip)
    sys.path[:] = ["", "/twin", "/app", ".frozen", "/lib"]


def install():
    """Copy to the flash what the host has laid ready, as the bench does with a real board."""
    source = world.HOST + "/install"
    for name in os.listdir(source):
        with open(source + "/" + name, "rb") as file:
            content = file.read()
        with open("/installing", "wb") as file:
            file.write(content)
        os.rename("/installing", "/" + name)
        os.remove(source + "/" + name)


def switch_on(cause):
    """Start the chip, wire its parts, put them into their room."""
    import ledger
    import machine
    import names
    import secure
    import surroundings
    import wiring

    machine.boot(cause)
    around = surroundings.Surroundings(world.state["room"], world.model_time)
    world.watchers["room"] = around.change
    with open("/build.json") as file:
        wiring.solder(json.load(file), around)
    ledger.keep()
    secure.install()
    names.make_room()


def run(path):
    """Run a program as the board does: what it does not catch ends it and shows on the console.

    One that is not there is passed over. Returns whether the next may run.
    """
    try:
        with open(path) as file:
            source = file.read()
    except OSError:
        return True
    try:
        exec(compile(source, path, "exec"), {"__name__": "__main__"})
    except SystemExit:
        raise
    except BaseException as error:  # Ctrl-C too: it leaves the prompt
        sys.print_exception(error)
        return False
    return True


folder, firmware, cause = sys.argv[1:4]
mount(folder, firmware)
install()
switch_on(cause)
world.listen_in_every_loop()
if run("/boot.py"):
    run("/main.py")
world.log("the program has ended")
while True:
    world.wait_ms(60_000)
