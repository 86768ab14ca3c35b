"""A board with MicroPython on it, as ``mpremote`` reaches it."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from provisioning import cards, console, diagnosis, tools
from provisioning.tools import Listener, Outcome

_BEGIN = "\x1d"
"""ASCII "group separator": the answer is what the board prints after it, nothing from before."""

_HOLD = f"""\
try:
    from fabnum.prompt import hold
    hold()
except Exception:
    pass
print("{_BEGIN}")
"""
"""Where our firmware is, its watchdog and program leave the board alone from now on."""

_RESTART = """\
try:
    from fabnum.prompt import release
    release()
except Exception:
    pass
import machine
machine.reset()
"""

_PROMPT_WITHIN_S = 5.0
"""A board that was just reset needs a second or two until MicroPython listens."""

_TRANSPORT = ("raw paste", "exec command", "failed to access", "Error: ", "EOF recep")


class BoardError(Exception):
    """Code that the bench ran on a board failed there, or a file could not be written.

    Holds the board's traceback, or mpremote's sentence. Where nothing wanted of the board can make
    it fail, it is a fault of the kit.
    """


class Board:
    """The board on one serial port. Every call is one run of mpremote, and interrupts the program.

    After the last call :meth:`restart` lets the board go on by itself. An attempt that does not get
    through is repeated once. All calls raise CardError if the board cannot be reached; cancelling
    one ends it at once.
    """

    def __init__(self, port: str) -> None:
        self.port = port

    async def ask(
        self,
        code: str,
        *,
        timeout_s: float | None = 15,
        idle_s: float | None = None,
        fresh: bool = False,
        on_line: Listener | None = None,
    ) -> str:
        """Run some MicroPython on the board; return what it prints, and nothing else.

        ``fresh`` restarts MicroPython first (a soft reset: ``boot.py`` runs, ``main.py`` does not);
        without it the code runs beside whatever the program has left in memory. ``on_line`` hears
        each line as it is printed. A long run takes ``timeout_s=None`` and ``idle_s``: how long it
        may be silent. Raises BoardError if the code fails there.
        """
        return await self.run(
            [code.encode()], timeout_s=timeout_s, idle_s=idle_s, fresh=fresh, on_line=on_line
        )

    async def run(
        self,
        scripts: Sequence[bytes],
        *,
        timeout_s: float | None,
        idle_s: float | None = None,
        fresh: bool = False,
        on_line: Listener | None = None,
    ) -> str:
        """Run scripts in turn, each seeing what those before defined. Else as :meth:`ask`."""
        with tempfile.TemporaryDirectory() as folder:  # a command line is for everybody to see
            paths = [Path(folder, f"{n}.py") for n in range(len(scripts))]
            await asyncio.to_thread(_write, paths, scripts)
            words = ["soft-reset"] if fresh else []
            for path in paths:
                words += ["run", str(path)]
            outcome = await self._run(*words, timeout_s=timeout_s, idle_s=idle_s, on_line=on_line)
        return _answer(outcome)

    async def copy(self, folder: Path, target: str, *, timeout_s: float = 180) -> None:
        """Copy what a folder holds into a folder of the board that exists.

        Raises BoardError with mpremote's sentence if a file cannot be written.
        """
        names = sorted(map(str, await asyncio.to_thread(lambda: list(folder.iterdir()))))
        if names:
            await self._run("fs", "cp", "-r", *names, f":{target}", timeout_s=timeout_s)

    async def restart(self) -> None:
        """Let the board start anew, as with its reset button, and go on by itself."""
        await self._run("exec", "--no-follow", _RESTART, timeout_s=15, parting=True)

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Restart the board at the end, however it comes; what failed before is what is said."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(cards.CardError):
                await self.restart()
            raise
        await self.restart()

    async def _run(
        self,
        *arguments: str,
        timeout_s: float | None,
        idle_s: float | None = None,
        on_line: Listener | None = None,
        parting: bool = False,
    ) -> Outcome:
        """Run mpremote once MicroPython shows its prompt. ``parting``: then the board leaves.

        mpremote itself waits ten seconds for a board that is just starting, and has then missed it.
        """
        command = tools.mpremote(self.port, "resume", "exec", _HOLD, *arguments)
        listener = None if on_line is None else _after_begin(on_line)
        outcome = Outcome(None, "")
        for _attempt in range(2):
            heard = await console.knock(self.port, _PROMPT_WITHIN_S)
            if not heard.prompt:
                raise self._not_reached(heard.text)
            outcome = await tools.run(
                command, timeout_s=timeout_s, idle_s=idle_s, on_line=listener, apart=True
            )
            begun = _BEGIN in outcome.output
            if outcome.code == 0 or (begun and parting):
                return outcome
            if begun:
                raise self._failed(outcome)
        raise cards.failure("raw-repl-refused", seen=diagnosis.last_words(outcome.complaint))

    def _failed(self, outcome: Outcome) -> Exception:
        """Return what to raise when the board was reached and it ended badly."""
        said = outcome.complaint.strip()
        if outcome.timed_out:
            return cards.failure("no-answer", seen=diagnosis.last_words(_answer(outcome)))
        if not said and (outcome.code or 0) < 0:  # somebody killed mpremote
            return diagnosis.port_failed(self.port, f"mpremote: {outcome.code}")
        if not said:
            return BoardError(_answer(outcome))
        if "could not enter raw repl" in said:
            return cards.failure("raw-repl-refused", seen=diagnosis.last_words(said))
        if not said.startswith("mpremote: ") or any(word in said for word in _TRANSPORT):
            return diagnosis.port_failed(self.port, diagnosis.last_words(said))
        return BoardError(said)

    def _not_reached(self, text: str) -> cards.CardError:
        """Return the card for a board whose prompt did not come up, from what it said meanwhile."""
        seen = diagnosis.last_words(text)
        if diagnosis.is_blank(text):
            return cards.failure("no-micropython", seen=seen)
        code = diagnosis.why_no_prompt(text)
        return cards.failure(code or ("raw-repl-refused" if text else "no-answer"), seen=seen)


def _write(paths: Sequence[Path], contents: Sequence[bytes]) -> None:
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)


def _answer(outcome: Outcome) -> str:
    text = outcome.output.replace("\r\n", "\n")
    return text.partition(f"{_BEGIN}\n")[2]


def _after_begin(on_line: Listener) -> Listener:
    """Return a listener that hears nothing before the answer begins."""
    begun = False

    def hear(line: str) -> None:
        nonlocal begun
        if begun:
            on_line(line)
        begun = begun or line.rstrip("\r\n") == _BEGIN  # strip() takes it for white space

    return hear
