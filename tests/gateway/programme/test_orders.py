"""Orders: what their files may say, and how far they are seen to be."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.programme import order as orders
from gateway.programme.order import Order
from gateway.programme.progress import FRESH_S, Known, Stage, by_stage, progress
from gateway.registry import Device
from kit.errors import FabnumError
from kit.names import DeviceKey

pytestmark = pytest.mark.usefixtures("english")

TODAY = dt.date(2026, 11, 20)
NOW = 1_800_000_000.0
ORDER = Order(
    title="Air of the classrooms",
    need="When to open the windows",
    client="School service",
    town="gonesse",
    place="École Pasteur",
    build="air",
    ordered=dt.date(2026, 9, 1),
    due=dt.date(2026, 12, 1),
    acceptance=("The class sees the value.",),
    count=2,
)


def air(name: str, **changes: str) -> Device:
    fields = {
        "town": "gonesse",
        "device": name,
        "build": "air",
        "place": "ecole-pasteur",
        "place_name": "École Pasteur",
        "name": name,
    } | changes
    return Device(**fields)


def known(
    *devices: Device,
    awaited: tuple[Device, ...] = (),
    passed: tuple[str, ...] = (),
    heard: dict[str, float] | None = None,
) -> Known:
    times = heard or {}
    return Known(
        devices,
        awaited,
        {DeviceKey("gonesse", name) for name in passed},
        lambda key: times.get(key.device, 0.0),
    )


def stage(what: Known, order: Order = ORDER) -> Stage:
    return progress(order, what, TODAY, NOW).stage


def test_an_order_goes_from_asked_for_to_at_work_as_its_objects_do() -> None:
    a, b = air("air-1"), air("air-2")
    fresh = {"air-1": NOW - 60, "air-2": NOW - 3600}
    assert stage(known()) is Stage.ORDERED
    assert stage(known(awaited=(a, b))) is Stage.AWAITED
    assert stage(known(a)) is Stage.AWAITED  # the second does not exist yet
    assert stage(known(a, b)) is Stage.ENROLLED
    assert stage(known(a, b, passed=("air-1",))) is Stage.ENROLLED
    assert stage(known(a, b, passed=("air-1", "air-2"))) is Stage.TESTED
    assert stage(known(a, b, passed=("air-1", "air-2"), heard=fresh)) is Stage.PUBLISHING


def test_an_object_that_is_silent_for_a_day_is_not_at_work() -> None:
    a, b = air("air-1"), air("air-2")
    silent = {"air-1": NOW, "air-2": NOW - FRESH_S - 1}
    assert stage(known(a, b, passed=("air-1", "air-2"), heard=silent)) is Stage.TESTED


@pytest.mark.parametrize(
    "changes", [{"build": "lamp"}, {"place": "mairie"}, {"town": "hem"}], ids=str
)
def test_objects_of_another_kind_or_place_do_not_count(changes: dict[str, str]) -> None:
    assert stage(known(air("air-1", **changes), air("air-2", **changes))) is Stage.ORDERED


def test_named_objects_count_wherever_they_stand() -> None:
    order = msgspec.structs.replace(ORDER, objects=("air-1",), count=1)
    assert stage(known(air("air-1", place="mairie"), air("air-9")), order) is Stage.ENROLLED


def test_a_spare_object_does_not_hold_an_order_up() -> None:
    ready = ("air-1", "air-2")
    three = (air("air-1"), air("air-2"), air("air-3"))
    assert stage(known(*three, passed=ready)) is Stage.TESTED


def test_an_order_is_late_after_its_day_until_it_is_accepted() -> None:
    due_today = msgspec.structs.replace(ORDER, due=TODAY)
    late = msgspec.structs.replace(ORDER, due=TODAY - dt.timedelta(days=1))
    accepted = msgspec.structs.replace(late, accepted=TODAY)
    seen = [progress(order, known(), TODAY, NOW) for order in (due_today, late, accepted)]
    assert [one.late for one in seen] == [False, True, False]
    assert by_stage(seen) == {Stage.ORDERED: 2, Stage.ACCEPTED: 1}


def test_an_order_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "air.toml"
    path.write_text(orders.text_of(ORDER), encoding="utf-8")
    assert orders.read(path) == ORDER


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(title=texts, need=texts, client=texts, line=texts, count=st.integers(1, 50))
def test_any_text_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    title: str,
    need: str,
    client: str,
    line: str,
    count: int,
) -> None:
    order = msgspec.structs.replace(
        ORDER, title=title, need=need, client=client, acceptance=(line,), count=count
    )
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(orders.text_of(order), encoding="utf-8", newline="")
    assert orders.read(path) == order


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('build = "rocket"', "no build"),
        ("count = 0", "no object"),
        ("due = 2026-08-01", "before it was ordered"),
        ("acceptance = []", "no acceptance test"),
        ('town = "Le Thillay"', "cannot be a town"),
        ('place = "…"', "names no place"),
        ('due = "soon"', "due"),
        ('who = "somebody"', "who"),
    ],
)
def test_an_order_that_cannot_be_is_named_with_its_file(
    tmp_path: Path, line: str, reason: str
) -> None:
    name = line.partition(" ")[0]
    lines = orders.text_of(msgspec.structs.replace(ORDER, acceptance=("x",))).replace(
        'acceptance = [\n    "x",\n]', 'acceptance = ["x"]'
    )
    kept = [one for one in lines.splitlines() if not one.startswith(f"{name} =")]
    path = tmp_path / "bad.toml"
    path.write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(FabnumError, match=reason) as caught:
        orders.read(path)
    assert "bad.toml" in caught.value.cause
