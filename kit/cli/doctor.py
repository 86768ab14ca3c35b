"""`fabnum doctor`: what keeps this site from working, and what to do about it."""

from rich.console import Console
from rich.markup import escape

from gateway.doctor import Verdict
from gateway.doctor import examine as examined
from kit.cli.exits import EXPECTED_FAILURE
from kit.i18n import _, ngettext
from kit.settings import DataFolder

SIGNS = {
    Verdict.OK: "[green]✓[/green]",
    Verdict.WARN: "[yellow]![/yellow]",
    Verdict.FAIL: "[red]✗[/red]",
}


def examine(folder: DataFolder) -> int:
    """Print each finding as it is made; return the exit code: 2 if anything fails."""
    console = Console(highlight=False)
    verdicts = []
    for finding in examined(folder):
        verdicts.append(finding.verdict)
        console.print(
            f"{SIGNS[finding.verdict]} [bold]{finding.name}[/bold]  {escape(finding.sentence)}"
        )
        if finding.action:
            console.print(f"  → {escape(finding.action)}")
    failed = verdicts.count(Verdict.FAIL)
    if failed:
        console.print(ngettext("{n} thing to mend.", "{n} things to mend, from the top.", failed))
        return EXPECTED_FAILURE
    if Verdict.WARN not in verdicts:
        console.print(_("All is well."))
    return 0
