"""Say what lies on this board, a line of JSON each: its files, its free space.

Of their contents it tells digests only, and from ``build.json`` those of the
programs as they were installed.
"""

import json
import os

FOLDERS = ("/fabnum", "/drivers", "/next")


def look(names):
    """Tell path, size and digest of the files of these names at the root, and all in FOLDERS."""
    for name, kind, *_ in os.ilistdir("/"):
        if kind == 0x8000 and (name in names or ".before." in name):
            tell("/" + name)
    for folder in FOLDERS:
        walk(folder)
    try:
        with open("/build.json") as file:
            print(json.dumps({"installed": json.load(file).get("originals")}))
    except (OSError, ValueError):
        pass  # it has none, or not one of ours
    boot = boot_file()
    print(json.dumps({"finishes": finishes(boot), "idle": is_idle(boot)}))
    status = os.statvfs("/")
    # littlefs counts blocks that two files share twice: fewer than none may seem free.
    free = status[3] if status[3] < status[2] else 0
    print(json.dumps({"block": status[0], "free": free}))


def boot_file():
    """Return the text of ``/boot.py``, empty if there is none that MicroPython could read."""
    try:
        with open("/boot.py") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def finishes(source):
    """Tell whether a program ends an interrupted installation, and without renaming any file.

    See /boot.py: those of the first boards renamed, which can spoil a file.
    """
    return "/next/commit.json" in source and "os.rename(" not in source


def is_idle(source):
    """Tell whether a program holds comments alone, as the boot.py of a new MicroPython."""
    return all(not line.strip() or line.startswith("#") for line in source.split("\n"))


def walk(folder):
    """Tell of all files below a folder; one that is not there is empty."""
    if is_folder(folder):  # noqa: F821 - hashing.py is sent before this file
        for name, kind, *_ in os.ilistdir(folder):
            path = folder + "/" + name
            if kind == 0x4000:
                walk(path)
            else:
                tell(path)


def tell(path):
    """Tell of one file."""
    print(json.dumps({"path": path, "digest": digest_of([path])}))  # noqa: F821
