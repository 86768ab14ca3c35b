"""Put the firmware and a program onto a board: changed files only, all of them or none.

What has changed is laid ready beside what is there, then decided in one step, and put into place by
the board's own ``/boot.py``. Whoever pulls the cable leaves the old program or the new one, and may
begin again: what has arrived does not travel twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kit.firmware import boot_file
from kit.i18n import _
from provisioning import staging
from provisioning.board import Board, BoardError
from provisioning.cards import CardError, failure
from provisioning.staging import Found, Plan

Progress = Callable[[float, str], None]
"""Hears how much is done (0 to 1), and what is done now in a few words."""

_LOOK_S = 60
_SLOWEST_BYTES_PER_S = 1000
"""Of files. At 115200 baud some 10,000 come through; the flash takes its time too."""

_NO_SPACE = ("ENOSPC", "[Errno 28]", "OSError: 28")
_SENT_FROM, _SENT_TO = 0.1, 0.8
"""Where on the way from 0 to 1 the files travel."""


@dataclass(frozen=True)
class Installed:
    """What an installation did. ``bytes``: of files that travelled, before they are compressed.

    ``written``, ``removed``: paths on the board; ``unchanged``: those that were right already;
    ``kept``: where copies of what a learner had changed lie now.
    """

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    bytes: int = 0


async def install(
    board: Board, files: Mapping[str, bytes], on_progress: Progress, *, restart: bool = False
) -> Installed:
    """Bring the board's program to ``files`` (contents by path, as ``Firmware.files``).

    Configuration, readings, log and whatever a learner left stay as they are. The new program runs
    from the next start on; ``restart`` starts the board at the end. Raises CardError.
    """
    return await _bring(board, files, on_progress, tidy=True, restart=restart)


async def put_identity(
    board: Board,
    files: Mapping[str, bytes],
    on_progress: Progress = lambda _fraction, _words: None,
    *,
    restart: bool = False,
) -> Installed:
    """Make the board one device: ``config.json`` and ``ca.der`` (``kit.firmware.identity``).

    All of them or none, apart from the program. Nothing of their contents is ever printed.
    """
    return await _bring(board, files, on_progress, tidy=False, restart=restart)


async def look(board: Board, files: Mapping[str, bytes]) -> Found:
    """Ask the board what lies on it: these files, the kit's folders, what waits from before.

    MicroPython starts anew for it, so that an installation that was decided is finished first.
    """
    names = ["boot.py", *(path for path in files if "/" not in path)]
    script = staging.board_code("hashing", "look") + f"\nlook({names!r})".encode()
    return staging.read(await board.run([script], fresh=True, timeout_s=_LOOK_S))


async def _bring(
    board: Board, files: Mapping[str, bytes], on_progress: Progress, *, tidy: bool, restart: bool
) -> Installed:
    on_progress(0.0, _("Looking at what is on the board"))
    found = await look(board, files)
    if not found.finishes:
        files = {"boot.py": boot_file(), **files}
    plan = staging.plan(found, files, tidy=tidy)
    if not plan.nothing_to_do:
        _refuse_if_full(plan, found)
        await _send(board, plan, on_progress)
        on_progress(_SENT_TO, _("Putting it into place"))
        await _finish(board, plan)
    if restart:
        await board.restart()
    on_progress(1.0, "")
    return Installed(
        written=tuple(staging.path_of(name) for name in plan.files),
        removed=plan.removed,
        unchanged=plan.unchanged,
        kept=tuple(plan.copies.values()),
        bytes=plan.bytes,
    )


def _refuse_if_full(plan: Plan, found: Found) -> None:
    needed = plan.blocks(found.block)
    free = found.free + len(plan.unwanted)
    if needed > free:
        kib = found.block / 1024
        raise failure("board-full", seen=f"{needed * kib:.0f} KiB > {free * kib:.0f} KiB")


async def _send(board: Board, plan: Plan, on_progress: Progress) -> None:
    """Lay everything ready and decide it. What arrived stays for another try, but a full board."""
    sent = 0

    def hear(line: str) -> None:
        nonlocal sent
        if line.startswith("taken "):
            sent += int(line.split()[1])
            share = sent / max(plan.bytes, 1)
            on_progress(_SENT_FROM + share * (_SENT_TO - _SENT_FROM), _("Writing the program"))

    try:
        await board.run(
            staging.scripts(plan),
            timeout_s=_LOOK_S + plan.bytes / _SLOWEST_BYTES_PER_S,
            on_line=hear,
        )
    except BoardError as error:
        raise await _explained(board, error) from error


async def _explained(board: Board, error: BoardError) -> CardError:
    """Return the card of what failed on the board while it was being written."""
    said = str(error)
    if any(word in said for word in _NO_SPACE):
        await board.run([staging.give_up()], timeout_s=_LOOK_S)
        return failure("board-full", seen=said.strip().splitlines()[-1])
    return failure("write-failed", seen=said.strip().splitlines()[-1])


async def _finish(board: Board, plan: Plan) -> None:
    """Let the board put everything into place, as each start does, and see that it has."""
    paths = [staging.path_of(name) for name in plan.files]
    question = f"\nprint(is_folder('/next') or digest_of({paths!r}))".encode()
    try:
        answer = await board.run(
            [staging.board_code("hashing") + question], fresh=True, timeout_s=_LOOK_S
        )
    except BoardError as error:
        raise failure("write-failed", seen=str(error).strip().splitlines()[-1]) from error
    if answer.split()[-1:] != [staging.digest(*plan.files.values())]:
        raise failure("write-failed", seen=_("what lies there is not what was sent"))
