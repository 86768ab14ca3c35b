"""Say how this board is, in lines of JSON: program, configuration, readings, log, free space."""

import json
import os


def examine():
    """Tell all but the log in one line."""
    status = os.statvfs("/")
    print(
        json.dumps(
            {
                "boot": mistake_in("boot.py"),
                "program": mistake_in("main.py"),
                "configuration": configuration(),
                "waiting": waiting(),
                "crashes": crashes(),
                "free": status[0] * status[3] if status[3] < status[2] else 0,  # see look.py
                "size": status[0] * status[2],
                "large": large_files(),
            }
        )
    )


def tell_log():
    """Tell what the firmware has logged, oldest first."""
    for name in ("log.old", "log.txt"):
        try:
            with open("/" + name) as file:
                for line in file:
                    print(json.dumps({"log": line.rstrip()}))
        except (OSError, ValueError):
            pass


def large_files():
    """Return the size of each file at the root that takes more than a block."""
    found = {}
    for name, kind, _, *size in os.ilistdir("/"):
        if kind == 0x8000 and size and size[0] > 4096:
            found[name] = size[0]
    return found


def crashes():
    """Return how often in a row the firmware has crashed."""
    try:
        from fabnum.kept import Kept
    except Exception:
        return 0
    return Kept().crashes


def mistake_in(name):
    """Return what keeps MicroPython from reading a program, in a few words; empty if nothing."""
    try:
        with open("/" + name) as file:
            compile(file.read(), name, "exec")
    except OSError:
        return "missing"
    except Exception as error:
        return said(error, name)
    return ""


def said(error, name):
    """Return the firmware's sentence for an error, else MicroPython's own words."""
    try:
        from fabnum import explain

        return explain.sentence(error, name)
    except Exception:
        return repr(error)


def configuration():
    """Return what is wrong with ``config.json``; empty if nothing."""
    try:
        from fabnum import config
    except Exception as error:
        return "fabnum: %r" % error
    try:
        if config.load()["broker"]["tls"]:
            config.authority()
    except config.ConfigError as error:
        return str(error)
    return ""


def waiting():
    """Return how many readings wait on the flash; nothing of them is changed."""
    try:
        names = os.listdir("/queue")
    except OSError:
        return 0
    count = 0
    for name in names:
        if name.endswith(".q1"):
            with open("/queue/" + name, "rb") as file:
                count += records_in(file.read())
    return count


def records_in(data):
    """Return how many records a segment holds: see ``fabnum/ring.py``."""
    count = at = 0
    while at + 6 <= len(data):
        length = data[at] | data[at + 1] << 8
        at += 6 + length
        count += bool(length) and at <= len(data)
    return count
