"""`fabnum boards export`: a folder from which Grafana takes everything when it starts."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dashboards.grafana.files import write
from dashboards.grafana.provisioning import Access, Provisioned, provisioning_files, variable
from kit.cli.boards import boards_of, said, wanted_languages
from kit.cli.boards_organisations import Organisation, organisations
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings, load

BOARDS = "dashboards"
PROVISIONING = "provisioning"
FIRST = 1
"""The number of the organisation that every Grafana has."""


def export_boards(
    out: Path, languages: list[str], folder: DataFolder, path: str, numbers: list[str]
) -> None:
    """Write ``dashboards/`` and ``provisioning/`` of a site.

    ``path``: where Grafana will find the folder, if not where it is written. ``numbers``: of
    organisations in Grafana that are others than 1, 2, 3 …, each as ``town=number``.
    """
    settings = load(folder)
    found = PurePosixPath(path or out.resolve())
    spoken = wanted_languages(languages, settings.site.languages)
    every = organisations(folder, settings)
    places = [
        _provisioned(folder, settings, organisation, number, found / BOARDS, spoken)
        for organisation, number in zip(every, _numbers(every, numbers), strict=True)
    ]
    said(out, write(out, _files(folder, languages, places)))
    print(_("Grafana does not make organisations from files; these must be there already:"))
    for place in places:
        print(f"  {place.number}  {place.name}")
        if not place.access.variable:
            print(
                _(
                    "     no read secret “{secret}”: without accounts in InfluxDB none is needed",
                    secret=_secret(place.id),
                )
            )


def _files(
    folder: DataFolder, languages: list[str], places: list[Provisioned]
) -> Iterator[tuple[PurePosixPath, str]]:
    for name, content in boards_of(folder, languages):
        yield PurePosixPath(BOARDS, name), content
    for place in places:
        for name, content in provisioning_files(place):
            yield PurePosixPath(PROVISIONING, name), content


def _provisioned(
    folder: DataFolder,
    settings: Settings,
    organisation: Organisation,
    number: int,
    boards: PurePosixPath,
    languages: tuple[str, ...],
) -> Provisioned:
    return Provisioned(
        organisation.id,
        organisation.name,
        number,
        _influx_url(settings),
        organisation.database(settings),
        _access(folder, organisation),
        boards / organisation.id,
        languages,
    )


def _influx_url(settings: Settings) -> str:
    """Return how Grafana reaches InfluxDB. Raises FabnumError if there is none."""
    if settings.influx is None:
        raise FabnumError(
            _("This site writes to no InfluxDB, so that Grafana would have nothing to show."),
            _("Add [influx] to fabnum.toml: docs/influxdb.md says how."),
        )
    return (settings.grafana and settings.grafana.influx_url) or settings.influx.url


def _access(folder: DataFolder, organisation: Organisation) -> Access:
    """Return how the database is read; of the secret only the user's name, if it has one."""
    if not (folder.secrets / _secret(organisation.id)).exists():
        return Access()
    user, colon, _password = folder.secret(_secret(organisation.id)).partition(":")
    return Access(variable(organisation.id), user if colon else "")


def _secret(organisation: str) -> str:
    return f"influx-read-{organisation}"


def _numbers(every: list[Organisation], given: list[str]) -> list[int]:
    """Return the number of each organisation in Grafana. Raises FabnumError for what is none."""
    numbers = {organisation.id: FIRST + place for place, organisation in enumerate(every)}
    for text in given:
        name, _equals, number = text.partition("=")
        if name not in numbers or not number.isascii() or not number.isdecimal():
            raise FabnumError(
                _("“{text}” is no number of an organisation.", text=text),
                _("Write a town and its number in Grafana, such as {town}=3.", town=every[-1].id),
            )
        numbers[name] = int(number)
    return list(numbers.values())
