"""`fabnum site`: a whole place from one file: settings, objects, labels, boards, booklets.

Applied again it makes what is missing and keeps the rest.
"""

import contextlib
import datetime as dt
from pathlib import Path
from string import Template

from rich.console import Console

from gateway.naming import free_names
from gateway.registry import Device, Registry
from kit import printing
from kit.calendar import Event, calendar
from kit.catalogue import builds, load_build
from kit.cli.init import keep_settings, local_names, make_keys, settings_text
from kit.days import today
from kit.errors import FabnumError
from kit.folders import make_folder
from kit.i18n import _, ngettext
from kit.names import slug
from kit.settings import DataFolder, Settings, load
from kit.site_file import SiteFile, read
from kit.toml_text import quoted

LABELS, BOARDS, WORKSHOPS, CALENDAR = "etiquettes.pdf", "tableaux", "ateliers", "ateliers.ics"

EXAMPLE = Template("""\
# A whole place in one file. "fabnum site apply $file" sets it up; docs/site-file.md explains it.
name = $name
languages = ["fr", "en"]       # the main one first
time_zone = "Europe/Paris"
# names = ["fabnum.local", "192.168.1.10"]   # how boards reach the gateway; else its own names

[[towns]]
name = $town
# open_data = true             # anybody may fetch its readings: read docs/open-data.md first

# Places, as people call them. Where there are several towns, say whose: town = "Gonesse"
[[places]]
name = "École Pasteur"

[[places]]
name = "Médiathèque"

# Objects that shall be built: "fabnum builds" lists what there is.
[[objects]]
build = "air"
place = "École Pasteur"
count = 3
name = "Air, salle"            # each gets its number

[[objects]]
build = "lamp"
place = "Médiathèque"

# Workshops for residents, M01 to M09.
[[schedule]]
workshop = "M02"
place = "École Pasteur"
day = $day
start = 14:00:00
""")


def new(path: Path, name: str, town: str) -> None:
    """Write a site file to begin with. Raises FabnumError if there is one already."""
    if path.exists():
        raise FabnumError(
            _("{file} is there already.", file=path), _("Name another file for the new site.")
        )
    if not slug(town):
        raise FabnumError(
            _("A town needs a name with letters in it."), _("Give one, such as --town Gonesse.")
        )
    text = EXAMPLE.substitute(
        file=path.name, name=quoted(name or town), town=quoted(town), day=_in_a_month()
    )
    printing.write(path, text.encode())
    console = Console(soft_wrap=True, markup=False, highlight=False)
    console.print(_("The site file is {file}: change what it says.", file=path))
    console.print(_("Next: fabnum site apply {file}", file=path))


def apply(folder: DataFolder, path: Path, out: Path) -> None:
    """Set up all that a site file says; papers go to ``out``."""
    site = read(path)
    make_folder(out, _("Name another folder with --out."))
    console = Console(soft_wrap=True, markup=False, highlight=False)
    settings = _settled(folder, site)
    make_keys(folder, settings)
    console.print(_("✓ Settings, keys and secrets: {folder}", folder=folder.root))
    expected = _expect(folder, site)
    console.print(
        ngettext("✓ One more object waits for its board.",
                 "✓ {n} more objects wait for their boards.", expected)
    )  # fmt: skip
    _print(folder, settings, site, out, console)
    console.print(_("Next: start with “fabnum up”, then build with “fabnum bench”."))


def _print(
    folder: DataFolder, settings: Settings, site: SiteFile, out: Path, console: Console
) -> None:
    """Make labels, boards, booklets, papers and calendar."""
    from kit.cli.boards import build_boards
    from kit.cli.curriculum_pdf import make_pdf
    from kit.cli.curriculum_site import make_site
    from kit.cli.label import write_labels

    if site.objects:
        write_labels(folder, [], every=True, output=out / LABELS)
    build_boards(out / BOARDS, list(settings.site.languages), folder)
    make_site(folder, folder.booklets)
    languages = ",".join(settings.site.languages)
    for meeting in site.schedule:
        papers = out / WORKSHOPS / f"{meeting.day}-{slug(meeting.place)}"
        make_pdf(folder, [meeting.workshop], papers, languages=languages, place=meeting.place)
    if site.schedule:
        printing.write(out / CALENDAR, _calendar(site).encode())
        console.print(_("✓ Calendar: {file}", file=out / CALENDAR))


def _settled(folder: DataFolder, site: SiteFile) -> Settings:
    """Return the settings of the site, written if there are none; else they must fit the file."""
    if not folder.settings.exists():
        keep_settings(folder, settings_text(site, list(site.names) or local_names()))
    settings = load(folder)
    for town in site.towns:
        if settings.town(town.slug) is None:
            raise FabnumError(
                _("{file} knows no town “{town}”.", file=folder.settings, town=town.slug),
                _("Add it there as another [[towns]], then try again."),
            )
    return settings


def _expect(folder: DataFolder, site: SiteFile) -> int:
    """Let the objects wait for their boards that do not exist yet; return how many these are."""
    with contextlib.closing(Registry(folder.registry)) as registry:
        known = {town.slug: registry.names(town.slug) for town in site.towns}
        missing = [one for one in _devices(site) if one.device not in known[one.town]]
        registry.expect(missing)
    return len(missing)


def _devices(site: SiteFile) -> list[Device]:
    """Return every object with the id that the file gives it: the same each time it is read."""
    devices: list[Device] = []
    for wanted in site.each_object():
        taken = {device.device for device in devices if device.town == wanted.town}
        devices.append(
            Device(
                town=wanted.town,
                device=next(free_names(wanted.build, wanted.place, taken)),
                build=wanted.build,
                place=slug(wanted.place),
                place_name=wanted.place,
                name=wanted.name,
                workshop=load_build(wanted.build).workshop.id,
            )
        )
    return devices


def _calendar(site: SiteFile) -> str:
    workshops = {load_build(build).workshop.id: load_build(build).workshop for build in builds()}
    return calendar(
        (
            Event(
                f"{meeting.workshop} {workshops[meeting.workshop].name}",
                f"{meeting.place}, {site.town_of(site.place_of(meeting)).name}",
                dt.datetime.combine(meeting.day, meeting.start),
                workshops[meeting.workshop].minutes,
                site.time_zone,
            )
            for meeting in site.schedule
        ),
        dt.datetime.now(dt.UTC),
    )


def _in_a_month() -> dt.date:
    return today() + dt.timedelta(days=30)
