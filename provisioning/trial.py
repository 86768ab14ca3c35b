"""Try a program on a board: it runs from RAM, and nothing on the board changes."""

import asyncio
import contextlib
from collections.abc import Callable

from provisioning.board import Board, BoardError
from provisioning.cards import failure

_WITHOUT_FIRMWARE = ("no module named 'fabnum", "can't import name")


async def run(
    board: Board, source: str, on_line: Callable[[str], None], *, seconds: float | None = None
) -> None:
    """Run the text of a ``main.py`` on the board; ``on_line`` hears what it prints, live.

    It ends by itself, after ``seconds``, or when the caller is cancelled. In every case the board
    goes on with its installed program afterwards. Raises CardError.
    """
    script = f"from fabnum import trial\ntrial.run({source!r})\n".encode()
    try:
        async with board.going_on():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await board.run([script], fresh=True, timeout_s=None, on_line=on_line)
    except BoardError as error:
        if any(words in str(error) for words in _WITHOUT_FIRMWARE):
            raise failure("no-program", seen=str(error).strip().splitlines()[-1]) from error
        raise
