"""The commands around builds and their programs: name, help and options.

What each does is in the file it imports. Imports are inside, so that `fabnum --help` stays quick.
"""

from typing import Annotated

import typer

from gateway.drills.model import Kind
from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

PROGRAMS = _("Builds and programs")

builds = typer.Typer(help=_("What can be built: list; combine several on one board."))
app.add_typer(builds, name="builds", rich_help_panel=PROGRAMS)


@builds.callback(invoke_without_command=True)
def list_builds(context: typer.Context) -> None:
    """List the builds when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.builds import show_builds

        show_builds()


@builds.command(help=_("Make a build of several others: builds combine air-lamp air lamp"))
def combine(
    new: Annotated[str, typer.Argument(help=_("The id of the new build."))],
    parts: Annotated[list[str], typer.Argument(help=_("The builds that it combines."))],
    name: Annotated[str, typer.Option(help=_("What it is called."))] = "",
) -> None:
    """Make a build of several others."""
    from kit.cli.builds import combine as combine_builds

    combine_builds(new, parts, name)


@app.command(
    rich_help_panel=PROGRAMS,
    help=_(
        "Drills: a fault on purpose (wifi, broker, sensor, power); says whether anything was lost."
    ),
)
def drill(
    kind: Annotated[Kind, typer.Argument(help=_("What fails: wifi, broker, sensor or power."))],
    device: Annotated[str, typer.Argument(help=_("The object; with --twin a build, such as air."))],
    twin: Annotated[
        bool, typer.Option("--twin", help=_("With a simulated object, in a site of its own."))
    ] = False,
    seconds: Annotated[
        float,
        typer.Option("--for", min=5, max=3600, help=_("How long the fault lasts, in seconds.")),
    ] = 20,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))] = False,
    data: Data = HERE,
) -> None:
    """Bring a fault about on purpose."""
    from kit.cli.drill import run_drill

    run_drill(DataFolder(data), kind, device, twin=twin, seconds=seconds, as_json=as_json)
