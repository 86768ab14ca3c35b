"""The commands around the programme: orders, machines, indicators. What they do is elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

PROGRAMME = _("The programme")

orders = typer.Typer(help=_("Orders of the town: what was asked for, and how far it is."))
machines = typer.Typer(help=_("The machine log: how long each ran, never who ran it."))
indicators = typer.Typer(help=_("Indicators for funders: tallies, hidden under five people."))
app.add_typer(orders, name="orders", rich_help_panel=PROGRAMME)
app.add_typer(machines, name="machines", rich_help_panel=PROGRAMME)
app.add_typer(indicators, name="indicators", rich_help_panel=PROGRAMME)

AsJson = Annotated[bool, typer.Option("--json", help=_("Print the list as JSON."))]
OrderName = Annotated[str, typer.Argument(help=_("The order’s name in the list."))]
Day = Annotated[str, typer.Option(help=_("The day, such as 2026-11-20; today if left out."))]


@orders.callback(invoke_without_command=True)
def list_orders(context: typer.Context, as_json: AsJson = False, data: Data = HERE) -> None:
    """List the orders when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.orders import show_list

        show_list(DataFolder(data), as_json=as_json)


@orders.command("new", help=_("Write a new order: who needs what, where, until when."))
def new_order(
    title: Annotated[str, typer.Argument(help=_("What it is about, in a few words."))],
    build: Annotated[str, typer.Option(help=_("What is to be built: lamp, air, climate…"))],
    place: Annotated[str, typer.Option(help=_("Where it will stand, as people say it."))],
    client: Annotated[
        str, typer.Option(help=_("Which service, association or firm asks; never a person."))
    ],
    due: Annotated[str, typer.Option(help=_("Until when, such as 2026-12-20."))],
    accept: Annotated[
        list[str],
        typer.Option("--test", help=_("What both look at together at the end; may be repeated.")),
    ],
    need: Annotated[str, typer.Option(help=_("What it is needed for."))] = "",
    count: Annotated[int, typer.Option(min=1, help=_("How many objects."))] = 1,
    town: Annotated[str, typer.Option(help=_("The town, where the site has several."))] = "",
    name: Annotated[str, typer.Option(help=_("The name of the order’s file."))] = "",
    data: Data = HERE,
) -> None:
    """Write a new order."""
    from gateway.programme.order import Order
    from kit.cli.orders import new
    from kit.cli.towns import town_of
    from kit.days import day_of, today
    from kit.settings import load

    folder = DataFolder(data)
    order = Order(
        title=title,
        need=need or title,
        client=client,
        town=town_of(load(folder), town),
        place=place,
        build=build,
        ordered=today(),
        due=day_of(due),
        acceptance=tuple(accept),
        count=count,
    )
    new(folder, name, order)


@orders.command("show", help=_("Show one order: its objects, and what is next."))
def show_order(order: OrderName, data: Data = HERE) -> None:
    """Show one order."""
    from kit.cli.orders import show

    show(DataFolder(data), order)


@orders.command("accept", help=_("Note that an order was handed over and accepted today."))
def accept_order(order: OrderName, data: Data = HERE) -> None:
    """Note that an order was accepted."""
    from kit.cli.orders import accept

    accept(DataFolder(data), order)


@machines.callback(invoke_without_command=True)
def list_machines(
    context: typer.Context,
    month: Annotated[str, typer.Option(help=_("Only this month, such as 2026-11."))] = "",
    data: Data = HERE,
) -> None:
    """Show the hours when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.machines import show

        show(DataFolder(data), month)


@machines.command("note", help=_("Note a run: machines note laser 1.5 --order NAME"))
def note_run(
    machine: Annotated[str, typer.Argument(help=_("Which machine, such as laser."))],
    hours: Annotated[str, typer.Argument(help=_("How many hours, such as 1.5."))],
    order: Annotated[str, typer.Option(help=_("For which order, if for one."))] = "",
    day: Day = "",
    remark: Annotated[str, typer.Option(help=_("A remark on the machine, nobody’s name."))] = "",
    data: Data = HERE,
) -> None:
    """Note a run of a machine."""
    from kit.cli.machines import note

    note(DataFolder(data), machine, hours, order=order, day=day, remark=remark)


@indicators.callback(invoke_without_command=True)
def list_indicators(context: typer.Context, as_json: AsJson = False, data: Data = HERE) -> None:
    """Show the indicators when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.indicators import show

        show(DataFolder(data), as_json=as_json)


@indicators.command("add", help=_("Note a tally: how many of how many, by whose definition."))
def add_indicator(
    cohort: Annotated[str, typer.Argument(help=_("Which group, such as 2026-a."))],
    indicator: Annotated[str, typer.Argument(help=_("What is counted, such as training."))],
    count: Annotated[int, typer.Argument(help=_("How many."))],
    of: Annotated[int, typer.Argument(help=_("Of how many."))],
    definition: Annotated[str, typer.Option(help=_("Who is counted, and when; one sentence."))],
    source: Annotated[str, typer.Option(help=_("Where the numbers come from."))],
    day: Day = "",
    data: Data = HERE,
) -> None:
    """Note an indicator."""
    from kit.cli.indicators import add

    add(
        DataFolder(data),
        cohort,
        indicator,
        (count, of),
        definition=definition,
        source=source,
        day=day,
    )


@app.command(
    rich_help_panel=PROGRAMME,
    help=_("Write the month’s report: one page, for partners and funders."),
)
def report(
    month: Annotated[str, typer.Option(help=_("Such as 2026-11; last month if left out."))] = "",
    out: Annotated[Path | None, typer.Option(help=_("The PDF to write."))] = None,
    data: Data = HERE,
) -> None:
    """Write the report of a month."""
    from kit.cli.report import write_report

    write_report(DataFolder(data), month, out)


@app.command(rich_help_panel=PROGRAMME, help=_("Write the cards of roles (PDF), to be cut out."))
def roles(
    out: Annotated[Path, typer.Option(help=_("The PDF to write."))] = Path("roles.pdf"),
) -> None:
    """Write the cards of roles."""
    from rich.console import Console

    from curriculum.programme.cards import cards
    from kit import printing

    printing.write(out, cards())
    Console(soft_wrap=True).print(_("The cards are in {file}.", file=out))
