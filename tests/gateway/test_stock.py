"""The stock: a table that people edit in a spreadsheet, and what is to be bought."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.programme import stock
from kit.catalogue import load_build
from kit.errors import FabnumError
from kit.parts import Line, bill, items

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "stock.csv"


@pytest.mark.parametrize(
    "content",
    [
        "part;count\nscd41;3\nsht31;0\n",
        "\ufeffpart;count\r\nscd41;3\r\nsht31;\r\n",
        "count,part,shelf\n3,scd41,B2\n0,sht31,\n",
        "part\tcount\nscd41\t3,0\nsht31\t0\n",
        "part;count\nscd41;1\nsht31;0\nscd41;2\n\n",
    ],
)
def test_a_table_is_read_as_spreadsheets_save_it(table: Path, content: str) -> None:
    table.write_text(content, encoding="utf-8")
    assert stock.read(table) == {"scd41": 3, "sht31": 0}


def test_where_nothing_was_counted_there_is_nothing(table: Path) -> None:
    assert stock.read(table) == {}


def test_a_change_keeps_what_people_wrote_beside_it(table: Path) -> None:
    table.write_text("part;shelf;count\nscd41;B2;3\nglue;A1;7\n", encoding="utf-8")
    stock.put(table, "scd41", 5)
    stock.put(table, "sht31", 1)
    assert stock.read(table) == {"scd41": 5, "glue": 7, "sht31": 1}
    written = table.read_text(encoding="utf-8-sig")
    assert "B2" in written
    assert "A1" in written


@pytest.mark.parametrize("count", ["many", "-2", "1.5", "nan", "1e99", "9" * 400])
def test_what_is_no_count_is_named_and_never_written_over(table: Path, count: str) -> None:
    content = f"part;count\nscd41;{count}\n"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(FabnumError) as failure:
        stock.put(table, "sht31", 1)
    assert "scd41" in failure.value.cause
    assert table.read_text(encoding="utf-8") == content


@given(st.binary(max_size=400))
def test_whatever_stands_in_the_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    table = tmp_path_factory.mktemp("stock") / "stock.csv"
    table.write_bytes(b"part;count\n" + content)
    try:
        counts = stock.read(table)
    except FabnumError:
        return
    assert all(0 <= count <= stock.MOST * 400 for count in counts.values())


def test_a_part_is_found_by_its_name_or_others_are_offered() -> None:
    assert stock.known(" SCD41 ", {}) == "scd41"
    assert stock.known("glue", {"glue": 1}) == "glue"
    with pytest.raises(FabnumError) as failure:
        stock.known("scd4l", {})
    assert "scd41" in failure.value.action


def test_low_is_what_is_under_its_minimum() -> None:
    minimum = items()["scd41"].minimum
    counts = {item.id: item.minimum for item in items().values()}
    assert stock.low(counts) == []
    assert [item.id for item in stock.low(counts | {"scd41": minimum - 1})] == ["scd41"]


@given(
    objects=st.integers(1, 100),
    there=st.dictionaries(st.sampled_from(sorted(items())), st.integers(0, 500)),
)
def test_after_buying_there_is_enough_and_no_pack_too_many(
    objects: int, there: dict[str, int]
) -> None:
    needed: list[Line] = bill(load_build("lamp"))
    wanted = {line.part.id: line for line in stock.missing(needed, objects, there)}
    for line in needed:
        have = there.get(line.part.id, 0)
        bought = wanted[line.part.id].buy if line.part.id in wanted else 0
        assert have + bought >= line.count * objects
        assert not bought or have + bought - line.part.pack < line.count * objects
        if bought:
            assert wanted[line.part.id].cost == pytest.approx(bought * line.part.price)
