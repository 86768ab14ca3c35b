"""The commands of a site: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi.
"""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, DeviceName, app
from kit.i18n import _
from kit.settings import DataFolder

SITE = _("The site")

devices = typer.Typer(help=_("The objects of this site: list, add, revoke, follow, repairs."))
app.add_typer(devices, name="devices", rich_help_panel=SITE)


@app.command(
    rich_help_panel=SITE, help=_("Set up a site: asks little, makes keys, secrets and settings.")
)
def init(
    data: Data = HERE,
    town: Annotated[str, typer.Option(help=_("The name of the town."))] = "",
    languages: Annotated[
        str, typer.Option(help=_("Languages of the pages, the main one first: fr,en."))
    ] = "",
    name: Annotated[
        list[str] | None,
        typer.Option(help=_("A host name or address under which boards reach this machine.")),
    ] = None,
) -> None:
    """Set up a site."""
    from kit.cli.init import init_site

    init_site(DataFolder(data), town=town, languages=languages, names=name or [])


@app.command(
    rich_help_panel=SITE,
    help=_("Show everything with simulated objects; nothing to install or to plug in."),
)
def demo(
    seconds: Annotated[
        float | None, typer.Option("--for", help=_("Stop by itself after this many seconds."))
    ] = None,
    count: Annotated[
        int, typer.Option("--devices", min=3, max=500, help=_("How many simulated objects."))
    ] = 9,
    influx: Annotated[
        str, typer.Option(help=_("Also write to the InfluxDB at this address."))
    ] = "",
    port: Annotated[int, typer.Option(help=_("Port of the page; 0 takes any free one."))] = 8080,
) -> None:
    """Show everything with simulated objects."""
    from kit.cli.demo import run_demo

    run_demo(seconds=seconds, count=count, influx=influx, port=port)


@app.command(rich_help_panel=SITE, help=_("Run the service: broker, gateway and pages."))
def up(
    data: Data = HERE,
    systemd: Annotated[
        bool, typer.Option("--systemd", help=_("Print a systemd unit instead of running."))
    ] = False,
) -> None:
    """Run the service."""
    from kit.cli.up import print_unit, run_service

    (print_unit if systemd else run_service)(DataFolder(data))


@devices.callback(invoke_without_command=True)
def list_devices(context: typer.Context, data: Data = HERE) -> None:
    """List the objects when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.devices import show_list

        show_list(DataFolder(data))


@devices.command(help=_("Add an object; its configuration, with its password, goes to a file."))
def add(
    device: DeviceName,
    build: Annotated[str, typer.Option(help=_("What it is: lamp, air, climate…"))],
    place: Annotated[str, typer.Option(help=_("Where it stands, as people say it."))],
    config: Annotated[
        Path, typer.Option(help=_("File for the board’s configuration (it holds the password)."))
    ],
    label: Annotated[str, typer.Option(help=_("Its name on the pages."))] = "",
    data: Data = HERE,
) -> None:
    """Add an object."""
    from kit.cli.devices import add_device

    add_device(DataFolder(data), device, build=build, place=place, label=label, config=config)


@devices.command(help=_("End an object’s access at once; its readings stay."))
def revoke(device: DeviceName, data: Data = HERE) -> None:
    """End an object's access."""
    from kit.cli.devices import revoke_device

    revoke_device(DataFolder(data), device)


@devices.command(help=_("Give an object a new password; the old one ends at once."))
def rotate(
    device: DeviceName,
    config: Annotated[
        Path, typer.Option(help=_("File for the board’s configuration (it holds the password)."))
    ],
    data: Data = HERE,
) -> None:
    """Give an object a new password."""
    from kit.cli.devices import rotate_device

    rotate_device(DataFolder(data), device, config=config)


@devices.command(help=_("Let a lamp show another object’s reading, such as air-01/co2."))
def follow(
    device: DeviceName,
    source: Annotated[str, typer.Argument(help=_("object/measure, or “none”."))],
    data: Data = HERE,
) -> None:
    """Let a lamp show another object's reading."""
    from kit.cli.devices import follow_source

    follow_source(DataFolder(data), device, source)


@devices.command("hand-over", help=_("Hand an object over to another town or place."))
def hand_over(
    device: DeviceName,
    town: Annotated[str, typer.Option(help=_("The town that it goes to."))] = "",
    place: Annotated[str, typer.Option(help=_("Where it will stand, as people say it."))] = "",
    config: Annotated[
        Path | None,
        typer.Option(help=_("File for its new configuration; else the bench writes it.")),
    ] = None,
    data: Data = HERE,
) -> None:
    """Hand an object over to another town or place."""
    from kit.cli.devices import hand_over_device

    hand_over_device(DataFolder(data), device, town=town, place=place, config=config)


@devices.command(help=_("Note a repair in an object’s passport, such as: new USB cable"))
def repair(
    device: DeviceName,
    note: Annotated[str, typer.Argument(help=_("What was done, without anybody’s name."))],
    data: Data = HERE,
) -> None:
    """Note a repair."""
    from kit.cli.devices import note_repair

    note_repair(DataFolder(data), device, note)


@devices.command(help=_("Show what happened to an object: tests, repairs, new passwords."))
def history(device: DeviceName, data: Data = HERE) -> None:
    """Show what happened to an object."""
    from kit.cli.devices import show_history

    show_history(DataFolder(data), device)


@app.command(rich_help_panel=SITE, help=_("Show what comes in, as it comes in."))
def watch(
    device: Annotated[str, typer.Argument(help=_("Only this object."))] = "",
    data: Data = HERE,
) -> None:
    """Show what comes in."""
    from kit.cli.watch import watch_feed

    watch_feed(DataFolder(data), device)


@app.command(
    rich_help_panel=SITE,
    help=_("Tell an object to do something, such as: send lamp-01 colour colour=#00ff80"),
)
def send(
    device: DeviceName,
    command: Annotated[str, typer.Argument(help=_("The command, such as identify."))],
    arguments: Annotated[
        list[str] | None, typer.Argument(help=_("Its arguments, as name=value."))
    ] = None,
    data: Data = HERE,
) -> None:
    """Tell an object to do something."""
    from kit.cli.send import send_command

    send_command(DataFolder(data), device, command, arguments or [])


@app.command(
    rich_help_panel=SITE,
    help=_("Calibrate an object, step by step: CO2, soil probe, microphone, passage."),
)
def calibrate(
    device: DeviceName,
    part: Annotated[str, typer.Argument(help=_("Only this part, such as soil."))] = "",
    step: Annotated[list[str] | None, typer.Option(help=_("Only this step."))] = None,
    value: Annotated[
        list[str] | None, typer.Option(help=_("The number of a step, such as outdoor=420."))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Ask nothing: all is prepared."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the results as JSON."))] = False,
    data: Data = HERE,
) -> int:
    """Calibrate an object."""
    from kit.cli.calibrate import Options
    from kit.cli.calibrate import calibrate as run

    options = Options(part, step or [], value or [], yes, as_json)
    return run(DataFolder(data), device, options)


@app.command(
    rich_help_panel=SITE,
    help=_("Say what a vote box asks, and what its buttons stand for."),
)
def question(
    device: DeviceName,
    text: Annotated[str, typer.Argument(help=_("The question; without it, shows it."))] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(help=_("What a button stands for; once for each, in their order.")),
    ] = None,
    en: Annotated[str, typer.Option(help=_("The question in English."))] = "",
    option_en: Annotated[
        list[str] | None, typer.Option(help=_("The same in English, as often."))
    ] = None,
    none: Annotated[bool, typer.Option("--none", help=_("Ask no question more."))] = False,
    data: Data = HERE,
) -> None:
    """Say what a vote box asks."""
    from kit.cli.question import ask_nothing, ask_question, show_question

    if none:
        ask_nothing(DataFolder(data), device)
    elif not text:
        show_question(DataFolder(data), device)
    else:
        ask_question(
            DataFolder(data),
            device,
            question=text,
            options=option or [],
            english=en,
            english_options=option_en,
        )


@app.command(
    rich_help_panel=SITE, help=_("Check ports, broker, disk, clock and InfluxDB; says what to do.")
)
def doctor(data: Data = HERE) -> int:
    """Check this machine and this site."""
    from kit.cli.doctor import examine

    return examine(DataFolder(data))
