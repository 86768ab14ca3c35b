"""Which number each organisation has in Grafana, where files have to name it: once given, it stays.

Were they counted anew in each export, a town that comes or goes would move those after it into the
organisations of others, whose people would see its readings.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from dashboards.grafana.provisioning import DATA_SOURCES, number_in
from kit.cli.boards_organisations import Organisation
from kit.errors import FabnumError
from kit.i18n import _

FIRST = 1
"""The number of the organisation that every Grafana has."""


def numbered(
    every: Sequence[Organisation], asked: Sequence[str], known: Mapping[str, int]
) -> list[tuple[Organisation, int]]:
    """Return the organisations asked for, or all, each with its number.

    It is the one asked for (``hem=3``), else that of ``known``, else the next that is free. Raises
    FabnumError for a town that there is not, for what is no number, and for a number of two.
    """
    by_id = {organisation.id: organisation for organisation in every}
    given = dict(_taken_apart(text, every) for text in asked)
    numbers = {**known, **{name: number for name, number in given.items() if number is not None}}
    free = (number for number in count(FIRST) if number not in {*numbers.values()})
    for name in by_id:
        if name not in numbers:
            numbers[name] = next(free)
    _check_each_has_its_own(numbers, given or by_id)
    return [(by_id[name], numbers[name]) for name in given or by_id]


def known_numbers(provisioning: Path) -> dict[str, int]:
    """Return the numbers that the files of an earlier export name, by organisation."""
    numbers = {}
    for path in sorted((provisioning / DATA_SOURCES).glob("*.yaml")):
        number = number_in(path.read_text(encoding="utf-8"))
        if number is not None:
            numbers[path.stem] = number
    return numbers


def _taken_apart(text: str, every: Sequence[Organisation]) -> tuple[str, int | None]:
    """Return the town and the number, if one is named, of a text such as ``hem=3``."""
    names = [organisation.id for organisation in every]
    name, equals, number = text.partition("=")
    is_number = number.isascii() and number.isdecimal() and int(number) >= FIRST
    if name not in names or (equals and not is_number):
        raise FabnumError(
            _("“{text}” is no town of this site.", text=text),
            _(
                "Take one of: {known}; with its number in Grafana, write {town}=3.",
                known=", ".join(names),
                town=names[-1],
            ),
        )
    return name, int(number) if equals else None


def _check_each_has_its_own(numbers: Mapping[str, int], exported: Mapping[str, object]) -> None:
    """Refuse to put two into one organisation, were the other one exported earlier."""
    for name in exported:
        for other, number in numbers.items():
            if other != name and number == numbers[name]:
                raise FabnumError(
                    _(
                        "“{one}” and “{other}” would share organisation {number} of Grafana, and "
                        "each would see the other’s readings.",
                        one=name,
                        other=other,
                        number=number,
                    ),
                    _(
                        "Give each its own number, such as {town}=3; delete the files of a town "
                        "that has left.",
                        town=name,
                    ),
                )
