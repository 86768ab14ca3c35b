"""A trial: a program runs from RAM, and nothing on this board changes by it.

The bench sends it (``fabnum try``): readings and events are shown instead of being sent, there is
no network, and the flash takes no write from anybody until the next start, not even from the
program itself. Afterwards a restart brings the installed program back.
"""

import asyncio

from fabnum import app, assembly, boot, guard, launch, prompt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run(source: str) -> None:
    """Run a program, as ``main.py`` would be; explain what it fails at."""
    protect()
    try:
        boot.start()
    except prompt.NotStarted:
        pass  # it is on the bench: that is where it shall be
    app.App = Trial  # type: ignore[misc]
    assembly.greet = lambda app: None  # noqa: ARG005
    # Counts wait until they are sent, as ever; from 0, and the flash does not take them.
    tally = assembly.new_tally
    assembly.new_tally = lambda app, name="trial.json": tally(app, name)
    assembly.usable_configuration = lambda: None
    assembly.new_queue = lambda app: Shown(app.build["channels"])  # type: ignore[assignment,return-value]
    print("Essai : rien n’est envoyé, rien n’est gardé. Ctrl-C pour finir.")
    print(launch.attempt(lambda: source.split("\n"), lambda names: _run(source, names)))


def _run(source: str, names: "dict[str, Any]") -> None:
    exec(compile(source, "main.py", "exec"), names)


def protect() -> None:
    """Let the flash take no write any more, until the next start."""
    import os

    import vfs
    from flashbdev import bdev

    vfs.umount("/")
    vfs.mount(bdev, "/", readonly=True)
    os.chdir("/")


class Trial(app.App):
    """The firmware without network and without memory."""

    def event(self, name: str, data: "dict[str, Any]") -> None:
        """Show an event; a fault is explained on the console already."""
        if name != "fault":
            print("événement « %s »" % name, data or "")

    def run(self) -> None:
        """Run until somebody interrupts it."""
        try:
            asyncio.run(self._main())
        finally:
            guard.stop()


class Shown:
    """Stands where the queue does: each reading is a line, and is forgotten."""

    dropped = 0
    measured = 0

    def __init__(self, channels: "dict[str, Any]") -> None:
        self._channels = channels

    def __len__(self) -> int:
        return 0

    def put(self, values: "dict[str, float]") -> None:
        """Show the values of one moment."""
        from fabnum import show

        if values == show.shown:
            return  # the program itself has just shown them
        for channel, value in values.items():
            print(show.line(channel, value, self._channels))

    def waiting(self) -> "list[bytes]":
        """Return nothing: nothing waits."""
        return []

    async def date(self) -> None:
        """Do nothing: nothing waits."""
