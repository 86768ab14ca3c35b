"""A segment gives back what was written, whatever became of its end."""

from fabnum import ring
from hypothesis import given
from hypothesis import strategies as st

HEAD_BYTES = 6

records = st.lists(st.binary(min_size=1, max_size=200), max_size=12)


def written(contents: list[bytes]) -> bytes:
    return b"".join(ring.encode(record) for record in contents)


@given(records)
def test_what_was_written_comes_back_in_order(contents: list[bytes]) -> None:
    assert ring.decode(written(contents)) == (contents, 0, True)


@given(records, st.data())
def test_a_torn_end_costs_the_last_record_alone(contents: list[bytes], data: st.DataObject) -> None:
    last = ring.encode(data.draw(st.binary(min_size=1, max_size=200)))
    cut = data.draw(st.integers(1, len(last) - 1))
    assert ring.decode(written(contents) + last[:cut]) == (contents, 0, False)


@given(records, st.binary(max_size=300))
def test_whatever_stands_behind_the_records_they_come_first(
    contents: list[bytes], rubbish: bytes
) -> None:
    found, _, _ = ring.decode(written(contents) + rubbish)
    assert found[: len(contents)] == contents


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=2, max_size=8), st.data())
def test_a_spoilt_record_is_counted_and_the_later_ones_are_kept(
    contents: list[bytes], data: st.DataObject
) -> None:
    victim = data.draw(st.integers(0, len(contents) - 2))
    image = bytearray(written(contents))
    start = len(written(contents[:victim])) + HEAD_BYTES
    image[start] ^= 1 << data.draw(st.integers(0, 7))
    expected = contents[:victim] + contents[victim + 1 :]
    assert ring.decode(bytes(image)) == (expected, 1, True)


@given(st.binary(max_size=600))
def test_any_bytes_can_be_read(rubbish: bytes) -> None:
    found, spoilt, _ = ring.decode(rubbish)
    assert all(found)
    assert spoilt >= 0
