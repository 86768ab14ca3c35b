"""The bench in a terminal: one line a board; plain lines where nobody looks at a screen."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from provisioning.bench.model import BEHIND, Job, State, Step
from provisioning.page.words import step_words

MARKS = {
    State.WAITING: ("·", "dim"),
    State.RUNNING: ("▸", "bold cyan"),
    State.ASKING: ("?", "bold magenta"),
    State.DONE: ("✓", "green"),
    State.SKIPPED: ("–", "green"),
    State.FAILED: ("✗", "bold red"),
}
"""Sign and style of each state: the sign alone says it too."""

BAR_WIDTH = 16


class Screen:
    """A watcher that keeps one line for each board, as long as its context lasts."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._jobs: list[Job] = []
        self._live = Live(
            console=console, get_renderable=self._draw, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> "Screen":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self.console.print(self._draw())

    def changed(self, job: Job) -> None:
        """Show this board too from now on."""
        if job not in self._jobs:
            self._jobs.append(job)

    def pause(self) -> None:
        """Leave the terminal to a question."""
        self._live.stop()

    def go_on(self) -> None:
        """Take the terminal back."""
        self._live.start()

    def _draw(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for job in self._jobs:
            step, record = job.present, job.steps[job.present]
            table.add_row(
                Text(str(job.key.device) if job.key else job.name, style="bold"),
                marks(job),
                ProgressBar(total=1, completed=record.fraction, width=BAR_WIDTH),
                Text(f"{step_words(step).word}: {record.words}", overflow="ellipsis", no_wrap=True),
            )
        return Group(table)


class Lines:
    """A watcher that writes one line whenever a step of a board has ended."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._said: dict[tuple[int, Step], State] = {}

    def changed(self, job: Job) -> None:
        """Say what has ended since."""
        for step, record in job.steps.items():
            told = self._said.get((id(job), step), State.WAITING)
            if record.state is not told:
                self._said[id(job), step] = record.state
                if record.state in (*BEHIND, State.FAILED):
                    sign = MARKS[record.state][0]
                    words = f"{step_words(step).word}: {record.words} ({record.seconds:.1f} s)"
                    self.console.print(f"{job.name} {sign} {words}", highlight=False, markup=False)


def marks(job: Job) -> Text:
    """Return a sign for each step of a board."""
    text = Text()
    for record in job.steps.values():
        sign, style = MARKS[record.state]
        text.append(sign + " ", style=style)
    return text


def report(console: Console, jobs: Sequence[Job]) -> None:
    """Say of every board that did not get through what to do next."""
    for job in jobs:
        if job.failure is None:
            continue
        name = str(job.key.device) if job.key else job.name
        console.print(f"[bold red]✗ {name}[/]  ", Text(job.failure.cause), end="\n")
        if job.failure.action:
            console.print(Text(f"  → {job.failure.action}"))


def as_json(job: Job) -> dict[str, Any]:
    """Return what is known of a board once it has left the bench; nothing of it is secret."""
    return {
        "port": job.port,
        "device": str(job.key) if job.key else None,
        "build": job.build,
        "ok": job.done,
        **job.facts,
        "selftest": job.selftest,
        "steps": {
            step.value: {"state": record.state.value, "seconds": round(record.seconds, 2)}
            for step, record in job.steps.items()
        },
        "failure": None
        if job.failure is None
        else {
            "code": getattr(job.failure, "code", None),
            "cause": job.failure.cause,
            "action": job.failure.action,
            "seen": getattr(job.failure, "seen", ""),
        },
    }
