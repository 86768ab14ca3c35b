"""The board's ``/boot.py``: ends an interrupted installation, then starts the firmware.

It runs at each start, before ``/main.py``, the learner's program. ``/next`` holds new files that
the bench has laid ready, by their path with ``+`` for each slash; they count once ``commit.json``
stands among them. Whatever moment the power fails at, the next start goes on from there: so
nothing of ours is imported before all files are in their place. MicroPython skips ``main.py`` where
this file fails.
"""


def finish():
    import json
    import os

    try:
        # Where the power failed while a file was renamed, littlefs (2.11) hides the one after it,
        # until somebody changes something: even if that fails.
        os.remove("/next/nothing")
    except OSError:
        pass
    try:
        with open("/next/commit.json") as file:
            wanted = json.load(file)
    except OSError:
        return  # nothing was decided: what is there stays
    for name in wanted["files"]:
        try:
            os.rename("/next/" + name, "/" + name.replace("+", "/"))
        except OSError as error:
            if error.errno != 2:  # ENOENT: it was done before the power failed
                raise
    # What cannot be removed is gone already, or a folder that holds something of somebody else.
    for path in wanted["removed"]:
        try:
            os.remove(path)
        except OSError:
            pass
    os.remove("/next/commit.json")
    for path in ["/next/" + name for name in os.listdir("/next")] + ["/next"]:
        try:
            os.remove(path)
        except OSError:
            pass


finish()
del finish

try:
    from fabnum import boot

    boot.start()
    boot.launch()
except Exception as error:
    print("Fab’Num : le programme de cet objet manque ou est abîmé. Installez-le de nouveau.")
    print(repr(error))
