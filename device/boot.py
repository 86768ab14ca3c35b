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
        with open("/next/commit.json") as file:
            wanted = json.load(file)
    except OSError:
        return  # nothing was decided: what is there stays
    except ValueError:
        os.remove("/next/commit.json")  # the power failed before it was decided
        return
    for name in wanted["files"]:
        try:
            move("/next/" + name, "/" + name.replace("+", "/"))  # noqa: F821 - deleted below
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


def move(source, target):
    """Copy a file and remove it: ``target`` is the old file until it is the new one.

    Not renamed: while littlefs (2.9.1 to 2.11.2) renames a file into another folder, it does not
    see the one after it (``lfs_dir_getslice``, since commit ddbfcaa7, pull request 937). If it has
    to split the folder just then, it takes that file's blocks for free ones, and writes there.
    """
    import os

    buffer = memoryview(bytearray(512))
    with open(source, "rb") as there, open(target, "wb") as here:
        count = there.readinto(buffer)
        while count:
            here.write(buffer[:count])
            count = there.readinto(buffer)
    os.remove(source)


finish()
del finish, move

try:
    from fabnum import boot

    boot.start()
    boot.launch()
except Exception as error:
    print("Fab’Num : le programme de cet objet manque ou est abîmé. Installez-le de nouveau.")
    print(repr(error))
