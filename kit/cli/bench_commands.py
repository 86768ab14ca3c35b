"""The commands of the bench: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi.
"""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

BENCH = _("The bench")
STEPS = _("The bench, step by step")

images = typer.Typer(help=_("The images of MicroPython for the chips: list, add, copy to a stick."))
app.add_typer(images, name="images", rich_help_panel=BENCH)

Build = Annotated[str, typer.Option(help=_("What it is: lamp, air, climate…"))]
BoardsBuild = Annotated[
    str, typer.Option("--build", help=_("What the board is, where it does not say so itself."))
]
Town = Annotated[str, typer.Option(help=_("The town it is for, where the site has several."))]
Place = Annotated[str, typer.Option(help=_("Where it will stand, as people say it."))]
Name = Annotated[str, typer.Option(help=_("Its name on the pages."))]
Cohort = Annotated[str, typer.Option(help=_("The group that builds it; no person’s name."))]
Workshop = Annotated[str, typer.Option(help=_("The workshop it was built for."))]
Port = Annotated[str, typer.Option("--port", help=_("The board’s port, where several are there."))]
Ports = Annotated[
    list[str] | None, typer.Option("--port", help=_("Only the board on this port; repeatable."))
]
Images = Annotated[
    Path | None, typer.Option("--images", help=_("The folder of MicroPython images."))
]
Every = Annotated[bool, typer.Option("--all", help=_("All boards that are plugged in."))]
Yes = Annotated[
    bool, typer.Option("--yes", help=_("Ask nothing; what a person must see is not checked."))
]
Anyway = Annotated[
    bool,
    typer.Option("--anyway", help=_("Put it onto the board although the check found mistakes.")),
]
Json = Annotated[bool, typer.Option("--json", help=_("Print the results as JSON."))]


@app.command(
    rich_help_panel=BENCH,
    help=_("Take boards from blank to labelled: all steps, in the terminal or in the browser."),
)
def bench(
    build: Build = "",
    town: Town = "",
    place: Place = "",
    name: Name = "",
    cohort: Cohort = "",
    workshop: Workshop = "",
    port: Ports = None,
    page: Annotated[bool, typer.Option("--page", help=_("Show it in the browser."))] = False,
    page_port: Annotated[int, typer.Option(help=_("Port of that page."))] = 8090,
    virtual: Annotated[
        int, typer.Option(min=0, max=48, help=_("So many virtual boards instead of real ones."))
    ] = 0,
    chip: Annotated[
        str, typer.Option(help=_("The chip of virtual boards: esp32, esp32s3, esp32c3."))
    ] = "esp32",
    packet: Annotated[
        Path | None,
        typer.Option(help=_("Take names and passwords from this packet: no site is needed here.")),
    ] = None,
    wifi: Annotated[
        str, typer.Option(help=_("The Wi-Fi that the boards shall use; its password is asked for."))
    ] = "",
    labels: Annotated[
        Path | None, typer.Option(help=_("Where to write the sheet of labels (PDF)."))
    ] = None,
    image_folder: Images = None,
    reflash: Annotated[
        bool, typer.Option(help=_("Write MicroPython also where it is right already."))
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
    data: Data = HERE,
) -> int:
    """Take boards over the bench."""
    from kit.cli.bench import Options, run_bench
    from kit.enrolment import Wish

    wish = Wish(build=build, town=town, place=place, name=name, cohort=cohort, workshop=workshop)
    options = Options(
        wish=wish,
        ports=tuple(port or ()),
        virtual=virtual,
        packet=packet,
        chip=chip,
        images=image_folder,
        labels=labels,
        wifi=wifi,
        reflash=reflash,
        yes=yes,
        as_json=as_json,
        page=page,
        page_port=page_port,
    )
    return run_bench(DataFolder(data), options)


@app.command(rich_help_panel=STEPS, help=_("Write MicroPython to boards; their files stay."))
def flash(
    port: Ports = None,
    every: Every = False,
    chip: Annotated[str, typer.Option(help=_("Refuse any other chip than this one."))] = "",
    erase: Annotated[
        bool, typer.Option(help=_("Empty the whole memory first, readings too."))
    ] = False,
    baud: Annotated[int, typer.Option(help=_("Speed of the line; 0: the usual one."))] = 0,
    image_folder: Images = None,
) -> int:
    """Write MicroPython to boards."""
    from kit.cli.flash import flash_boards

    return flash_boards(
        port or (), every=every, chip=chip, erase=erase, baud=baud, images=image_folder
    )


@app.command(
    rich_help_panel=STEPS, help=_("Put the kit’s program onto a board: only what has changed.")
)
def install(
    port: Port = "",
    build: BoardsBuild = "",
    main: Annotated[
        Path | None, typer.Option(help=_("Your main.py, instead of the build’s own."))
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Put the program onto a board."""
    from kit.cli.install import install_program

    install_program(port, build=build, main=main, anyway=anyway)


@app.command(
    rich_help_panel=STEPS, help=_("Give a board its name and password; or take in a list.")
)
def enrol(
    device: Annotated[str, typer.Argument(help=_("Its name; left out, the kit finds one."))] = "",
    objects: Annotated[
        Path | None, typer.Option("--list", help=_("A list of objects (CSV) that wait for boards."))
    ] = None,
    packet: Annotated[
        Path | None,
        typer.Option(help=_("Put all objects that wait into a packet for another PC’s bench.")),
    ] = None,
    build: Build = "",
    town: Town = "",
    place: Place = "",
    name: Name = "",
    cohort: Cohort = "",
    workshop: Workshop = "",
    port: Port = "",
    config: Annotated[
        Path | None, typer.Option(help=_("File for the configuration, instead of a board."))
    ] = None,
    replace: Annotated[
        bool, typer.Option(help=_("This board takes the place of the object’s old one."))
    ] = False,
    skip_wrong: Annotated[
        bool, typer.Option(help=_("Take the right lines of a list where others are wrong."))
    ] = False,
    yes: Yes = False,
    data: Data = HERE,
) -> None:
    """Enrol an object, or a list of them."""
    from kit.cli.enrol import enrol_list, enrol_object
    from kit.enrolment import Wish

    if objects is not None:
        enrol_list(DataFolder(data), objects, skip_wrong=skip_wrong)
    if packet is not None:
        from kit.cli.packet import make_packet

        make_packet(DataFolder(data), packet)
    if objects is not None or packet is not None:
        return
    wish = Wish(
        build=build,
        town=town,
        device=device,
        place=place,
        name=name,
        cohort=cohort,
        workshop=workshop,
        replace=replace,
    )
    enrol_object(DataFolder(data), wish, port=port, config=config, yes=yes)


@app.command(
    rich_help_panel=STEPS, help=_("Test a board: its parts, its Wi-Fi, the broker, its clock.")
)
def selftest(port: Port = "", yes: Yes = False, as_json: Json = False) -> int:
    """Test a board."""
    from kit.cli.selftest import run_selftest

    return run_selftest(port, as_json=as_json, yes=yes)


@app.command(rich_help_panel=STEPS, help=_("Print a sheet of labels with QR codes (PDF)."))
def label(
    device: Annotated[list[str] | None, typer.Argument(help=_("The objects."))] = None,
    every: Annotated[bool, typer.Option("--all", help=_("All objects."))] = False,
    town: Annotated[str, typer.Option(help=_("All objects of this town."))] = "",
    output: Annotated[Path, typer.Option("--output", "-o", help=_("The file to write."))] = Path(
        "labels.pdf"
    ),
    layout: Annotated[str, typer.Option(help=_("The sheet: 3x8, 2x7, 4x10…"))] = "3x8",
    start: Annotated[int, typer.Option(help=_("The first free label of a used sheet."))] = 1,
    cut_marks: Annotated[bool, typer.Option(help=_("Marks for cutting plain paper."))] = False,
    data: Data = HERE,
) -> None:
    """Print labels."""
    from kit.cli.label import write_labels

    write_labels(
        DataFolder(data),
        device or [],
        every=every,
        town=town,
        output=output,
        layout=layout,
        start=start,
        cut_marks=cut_marks,
    )


@app.command(
    rich_help_panel=BENCH,
    help=_("Check programs before they reach a board: each mistake with its line and what to do."),
)
def check(
    main: Annotated[list[Path], typer.Argument(help=_("The programs, such as main.py."))],
    build: Annotated[str, typer.Option(help=_("What they are for: lamp, air, climate…"))] = "",
    chip: Annotated[
        str, typer.Option(help=_("The chip of the board: esp32, esp32s3, esp32c3."))
    ] = "esp32",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the mistakes as JSON."))] = False,
) -> int:
    """Check programs."""
    from kit.cli.check import check_files

    return check_files(main, build or None, chip, as_json)


@app.command(
    "try",
    rich_help_panel=BENCH,
    help=_("Run a program without changing anything on the board: an attempt, shown live."),
)
def try_out(
    main: Annotated[Path, typer.Argument(help=_("The program, such as main.py."))],
    port: Port = "",
    twin: Annotated[bool, typer.Option("--twin", help=_("On a simulated board."))] = False,
    build: Annotated[str, typer.Option(help=_("What the simulated board is: lamp, air…"))] = "",
    seconds: Annotated[
        float | None, typer.Option(min=0, help=_("Stop after so many seconds, not at Ctrl-C."))
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Run a program from the board's memory."""
    from kit.cli.trial import try_program

    try_program(main, port, twin=twin, build=build, seconds=seconds, anyway=anyway)


@app.command(
    rich_help_panel=BENCH,
    help=_("Get back into a board that does not answer; its readings are kept."),
)
def rescue(
    port: Port = "",
    log: Annotated[bool, typer.Option("--log", help=_("Show what the board has noted."))] = False,
    program: Annotated[
        bool, typer.Option("--program", help=_("Put the kit’s own program back."))
    ] = False,
    config: Annotated[
        bool, typer.Option("--config", help=_("Let the board forget its Wi-Fi networks."))
    ] = False,
    build: BoardsBuild = "",
    yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking again."))] = False,
) -> None:
    """Get back into a board."""
    from kit.cli.rescue import Options, rescue_board

    rescue_board(port, Options(log=log, config=config, program=program, yes=yes, build=build))


@app.command(
    rich_help_panel=BENCH,
    help=_("Every failure at the bench with its cause and what to do; or one of them."),
)
def cards(
    code: Annotated[str, typer.Argument(help=_("The code of one card, such as port-busy."))] = "",
) -> None:
    """Show the error cards."""
    from kit.cli.cards import show_cards

    show_cards(code)


@images.callback(invoke_without_command=True)
def list_images(context: typer.Context, image_folder: Images = None) -> None:
    """List the images when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.images import show_images

        show_images(image_folder)


@images.command("add", help=_("Add images: a file, a folder such as a USB stick, an address."))
def add_images(
    what: Annotated[
        str, typer.Argument(help=_("File, folder or address; nothing: what micropython.org has."))
    ] = "",
    chip: Annotated[str, typer.Option(help=_("The chip, where the name does not say it."))] = "",
    version: Annotated[str, typer.Option(help=_("Its version, where the name does not say."))] = "",
    image_folder: Images = None,
) -> int:
    """Add images."""
    from kit.cli import images as work

    return work.add_images(what, chip=chip, version=version, folder=image_folder)


@images.command("export", help=_("Copy all images to a folder, such as a USB stick."))
def export_images(
    target: Annotated[Path, typer.Argument(help=_("The folder to copy to."))],
    image_folder: Images = None,
) -> None:
    """Copy the images."""
    from kit.cli import images as work

    work.export_images(target, image_folder)
