"""Start a board from its flash file, run ``/boot.py`` and what was asked for; say how it wrote.

Usage: bare_board.py FLASH BLOCKS CUT_AFTER MODE BOOTS [SCRIPT …]. ``MODE``: ``bench`` runs the
scripts, ``main`` runs ``/main.py``, ``list`` prints all files. The last line counts the writes,
and says whether a script failed.
"""

import json
import os
import sys

import flash
import vfs

path, blocks, cut_after, mode, boots = sys.argv[1:6]


def power_fails():
    os.system("kill -9 $PPID")
    while True:
        pass


class Counting(flash.Flash):
    """The twin's flash; it counts what is written to it."""

    writes = 0

    def writeblocks(self, *write):
        self.writes += 1
        super().writeblocks(*write)


def run(name, source):
    try:
        exec(compile(source, name, "exec"), around)
    except Exception as error:
        sys.print_exception(error)
        return False
    return True


def run_file(name):
    try:
        with open(name) as file:
            source = file.read()
    except OSError:
        return True
    return run(name, source)


def read_all(folder, found):
    for name, kind, *_ in os.ilistdir(folder or "/"):
        if kind == 0x4000:
            read_all(folder + "/" + name, found)
        else:
            with open(folder + "/" + name, "rb") as file:
                found[folder + "/" + name] = file.read().hex()


class Firmware:
    """Stands where the firmware does: what is installed is looked at here, and not started."""

    def start():
        pass

    def launch():
        pass

    @staticmethod
    def program(_health):
        pass


around = {"__name__": "__main__"}
scripts = []
for name in sys.argv[6:]:
    with open(name) as file:
        scripts.append((name, file.read()))
chip = Counting(path, int(blocks), int(cut_after), power_fails)
try:
    files = vfs.VfsLfs2(chip)
except OSError:
    vfs.VfsLfs2.mkfs(chip)
    files = vfs.VfsLfs2(chip)
vfs.umount("/")
vfs.mount(files, "/")
os.chdir("/")
sys.path[:] = ["", ".frozen", "/lib"]
del sys.argv[:]
sys.modules["fabnum.launch" if mode == "main" else "fabnum.boot"] = Firmware
well = boots == "0" or run_file("/boot.py")
if mode == "main" and well:
    run_file("/main.py")
failed = not all(run(name, source) for name, source in scripts)
if mode == "list":
    found = {}
    read_all("", found)
    print(json.dumps(found))
print("\nwrites", chip.writes, int(failed))
