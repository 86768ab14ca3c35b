"""The file of a place: what it may say, and what it becomes."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.calendar import Event, calendar
from kit.errors import FabnumError
from kit.site_file import read

pytestmark = pytest.mark.usefixtures("english")

GOOD = """\
name = "Fabrique"
languages = ["fr", "en"]
[[towns]]
name = "Gonesse"
[[towns]]
name = "Le Thillay"
id = "thillay"
[[places]]
name = "École Pasteur"
town = "Gonesse"
[[places]]
name = "Mairie"
town = "thillay"
[[objects]]
build = "air"
place = "école pasteur"
count = 2
name = "Air, salle"
[[objects]]
build = "lamp"
place = "Mairie"
[[schedule]]
workshop = "M02"
place = "Mairie"
day = 2026-12-02
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_object_gets_its_town_its_place_and_its_number(tmp_path: Path) -> None:
    assert [tuple(one) for one in read(written(tmp_path, GOOD)).each_object()] == [
        ("gonesse", "air", "École Pasteur", "Air, salle 1"),
        ("gonesse", "air", "École Pasteur", "Air, salle 2"),
        ("thillay", "lamp", "Mairie", "Connected lamp"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('build = "lamp"', 'build = "rocket"', "no build"),
        ('place = "Mairie"\n[[schedule]]', 'place = "Gymnase"\n[[schedule]]', "no place"),
        ('town = "thillay"', 'town = "Paris"', "one of the towns"),
        ('town = "thillay"', "", "one of the towns"),
        ('id = "thillay"', 'id = "Le Thillay"', "town’s id"),
        ('id = "thillay"', 'id = "gonesse"', "twice"),
        ('"fr", "en"', '"fr", "xx"', "does not speak"),
        ('["fr", "en"]', "[]", "no language"),
        ("count = 2", "count = 0", "no object"),
        ("count = 2", "count = 900", "more than"),
        ('"M02"', '"M77"', "no workshop"),
        ("day = 2026-12-02", 'day = "soon"', "day"),
        ("count = 2", "cuont = 2", "cuont"),
        ('name = "Mairie"', 'name = "École Pasteur"', "say which town"),
        (
            'name = "Mairie"\ntown = "thillay"',
            'name = "École Pasteur"\ntown = "Gonesse"',
            "stands there twice",
        ),
        ('name = "Fabrique"', 'name = "Fabrique"\ntime_zone = "Europe/Hem"', "no time zone"),
        ("[[towns]]", "[[towns", "site.toml"),
    ],
)
def test_a_line_that_cannot_be_is_named_with_its_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(FabnumError, match=reason):
        read(written(tmp_path, GOOD.replace(old, new, 1)))


def test_two_towns_may_have_a_place_of_the_same_name(tmp_path: Path) -> None:
    both = '[[places]]\nname = "Mairie"\ntown = "Gonesse"\n[[objects]]\nbuild = "air"'
    named = 'build = "lamp"\ntown = "gonesse"'
    text = GOOD.replace('[[objects]]\nbuild = "air"', both, 1).replace('build = "lamp"', named)
    text = text.replace('workshop = "M02"', 'workshop = "M02"\ntown = "Le Thillay"')
    site = read(written(tmp_path, text))
    assert [one.town for one in site.each_object()] == ["gonesse", "gonesse", "gonesse"]
    assert site.town_of(site.place_of(site.schedule[0])).slug == "thillay"


def test_a_file_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(FabnumError) as caught:
        read(tmp_path / "none.toml")
    assert "fabnum site new" in caught.value.action


def test_a_planned_workshop_stands_in_the_calendar_at_the_time_of_its_place() -> None:
    start = dt.datetime(2026, 7, 1, 14)  # noqa: DTZ001 - the clock of its place
    event = Event("M02 J’aère quand ?", "École; Pasteur, 2", start, 90, "Europe/Paris")
    text = calendar([event], dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    assert "DTSTART:20260701T120000Z\r\nDTEND:20260701T133000Z\r\n" in text
    assert "LOCATION:École\\; Pasteur\\, 2\r\n" in text


def test_the_same_event_keeps_its_identity_when_the_calendar_is_made_anew() -> None:
    start = dt.datetime(2026, 7, 1, 14)  # noqa: DTZ001 - the clock of its place
    event = Event("a", "b", start, 90, "Europe/Paris")
    made = [calendar([event], dt.datetime(2026, 6, day, tzinfo=dt.UTC)) for day in (1, 2)]
    identities = {re.search(r"UID:\S+", text).group() for text in made}  # type: ignore[union-attr]
    assert len(identities) == 1


@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200),
    day=st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)),
    time=st.times(),
)
def test_lines_of_a_calendar_are_short_and_unfold_to_what_was_meant(
    title: str, day: dt.date, time: dt.time
) -> None:
    start = dt.datetime.combine(day, time)
    text = calendar([Event(title, "x", start, 60, "Europe/Paris")], dt.datetime.now(dt.UTC))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    summary = re.search(r"SUMMARY:(.*)\r\n", unfolded)
    assert summary is not None
    assert re.sub(r"\\(.)", r"\1", summary[1]) == title
    begins = dt.datetime.strptime(
        re.search(r"DTSTART:(\S+)", unfolded).group(1),
        "%Y%m%dT%H%M%S%z",  # type: ignore[union-attr]
    )
    assert begins == start.replace(microsecond=0, tzinfo=ZoneInfo("Europe/Paris"))
