"""Bring the configuration back to what makes this board one device, and no more.

Its name, its broker and its password stay, and never leave the board; networks and settings go, so
that setup mode asks for them anew. A file that cannot be read is laid aside.
"""

import json
import os

KEPT = ("town", "device", "build", "broker", "setup_code", "ntp", "deployed")
NEEDED = ("town", "device", "build", "broker")


def reset_config():
    """Print ``reset``; ``aside`` where the file could not be used; ``none`` where there is none."""
    try:
        with open("/config.json") as file:
            known = json.load(file)
        kept = {key: known[key] for key in KEPT if key in known}
        complete = set(NEEDED) <= set(kept) and isinstance(kept["broker"], dict)
    except OSError:
        return print("none")
    except Exception:  # no JSON, or no dictionary
        complete = False
    if not complete:
        os.rename("/config.json", "/config.before.json")
        return print("aside")
    kept["wifi"] = []
    kept["settings"] = {}
    with open("/config.json.new", "w") as file:
        json.dump(kept, file)
    os.rename("/config.json.new", "/config.json")
    return print("reset")
