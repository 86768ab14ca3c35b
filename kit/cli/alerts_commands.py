"""The commands around alerts: name, help and options. What each does is in the file it imports."""

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

alerts = typer.Typer(help=_("Alerts: what fires now; test whom they reach; the rules."))
app.add_typer(alerts, name="alerts", rich_help_panel=_("The site"))


@alerts.callback(invoke_without_command=True)
def show(context: typer.Context, data: Data = HERE) -> None:
    """Show what fires now when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.alerts import show_firing

        show_firing(DataFolder(data))


@alerts.command("test", help=_("Send a test message to each address of secrets/alerts."))
def send_test(data: Data = HERE) -> None:
    """Send a test message to each address."""
    from kit.cli.alerts import try_addresses

    try_addresses(DataFolder(data))


@alerts.command("rules", help=_("Show when each alert fires."))
def show_rules(data: Data = HERE) -> None:
    """Show the rules."""
    from kit.cli.alerts import show_rules as show_table

    show_table(DataFolder(data))
