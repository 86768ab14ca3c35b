"""Images, partition tables, SLIP, checksums: what is made is read back, what is damaged is not."""

import functools
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.twin.chip import slip
from device.twin.chip.checksum import checksum
from device.twin.chip.image import (
    PARTITION_TABLE,
    ImageError,
    Partition,
    make_image,
    make_partitions,
    read_image,
    read_partitions,
)

contents = st.lists(
    st.binary(min_size=1, max_size=40).map(lambda b: b * 4), min_size=1, max_size=16
)


def reader(content: bytes):
    return lambda address, count: content[address : address + count].ljust(count, b"\xff")


@given(st.binary(max_size=3000), st.integers(0, 255))
def test_the_checksum_is_all_bytes_by_exclusive_or(data, seed):
    assert checksum(data, seed) == functools.reduce(operator.xor, data, seed)


@given(st.lists(st.binary(min_size=1, max_size=50)), st.data())
def test_packets_come_through_the_line_in_whatever_pieces(packets, data):
    line = b"noise" + b"".join(map(slip.frame, packets))
    received = []
    slip_reader = slip.Reader()
    while line:
        size = data.draw(st.integers(1, len(line)))
        received += slip_reader.feed(line[:size])
        line = line[size:]
    assert received == packets


@given(contents, st.sampled_from([0, 5, 9]))
def test_an_image_is_read_back_as_it_was_made(segments, chip):
    made = make_image(chip, 0x40080000, [(i, content) for i, content in enumerate(segments)])
    image = read_image(reader(made), 0, len(made), chip, hashed=True)
    assert [content for _, content in image.segments] == segments


@given(contents, st.data())
def test_one_changed_byte_of_an_image_is_noticed(segments, data):
    made = bytearray(make_image(0, 0x40080000, [(i, c) for i, c in enumerate(segments)]))
    at = data.draw(st.integers(0, len(made) - 1))
    made[at] ^= data.draw(st.integers(1, 255))
    if at == 23:  # whether there is a hash at all
        return
    with pytest.raises(ImageError):
        read_image(reader(bytes(made)), 0, len(made), 0, hashed=True)


@given(st.binary(max_size=200))
def test_rubbish_is_no_image_and_never_worse_than_that(rubbish):
    with pytest.raises(ImageError):
        read_image(reader(b"\xe9" + rubbish), 0, 300, 0, hashed=True)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 500)), min_size=1, max_size=10))
def test_a_partition_table_is_read_back_and_a_damaged_one_is_refused(rows):
    partitions = [
        Partition(kind, number, number << 12, size << 12, f"p{number}")
        for number, (kind, size) in enumerate(rows)
    ]
    table = b"\xff" * PARTITION_TABLE + make_partitions(partitions)
    assert read_partitions(reader(table)) == partitions
    damaged = bytearray(table)
    damaged[PARTITION_TABLE + 5] ^= 1
    with pytest.raises(ImageError):
        read_partitions(reader(bytes(damaged)))


@given(st.binary(max_size=200))
def test_rubbish_is_no_partition_table_and_never_worse_than_that(rubbish):
    with pytest.raises(ImageError):
        read_partitions(reader(b"\xff" * PARTITION_TABLE + b"\xaa\x50" + rubbish))
