"""Packets: what is written can be read again, and any bytes give a packet or a ProtocolError."""

import asyncio

import pytest
from fabnum import broker, packets
from hypothesis import example, given
from hypothesis import strategies as st

MAX_PACKET = 2048

topics = st.text(min_size=1, max_size=100).filter(lambda text: text.isprintable())
packet_ids = st.integers(1, 65535)

PUBLISH, PUBACK, SUBACK = 0x30, 0x40, 0x90
RETAIN = 0x01


def read(data: bytes, max_packet: int = MAX_PACKET) -> tuple[int, bytes]:
    async def feed() -> tuple[int, bytes]:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await packets.read(reader, max_packet)

    return asyncio.run(feed())


@given(topics, st.binary(max_size=1000), packet_ids, st.booleans(), st.sampled_from([0, 1]))
def test_a_publish_is_read_as_it_was_written(
    topic: str, payload: bytes, packet_id: int, retain: bool, qos: int
) -> None:
    first, body = read(packets.publish(topic, payload, qos, retain, packet_id))
    assert first & 0xF0 == PUBLISH
    assert bool(first & RETAIN) == retain
    assert packets.parse_publish(first, body) == (topic, payload, packet_id if qos else 0)


@given(packet_ids)
def test_a_puback_is_read_as_it_was_written(packet_id: int) -> None:
    first, body = read(packets.puback(packet_id))
    assert first == PUBACK
    assert packets.parse_identifier(body) == packet_id


@pytest.mark.parametrize(
    ("length", "encoded"),
    [
        (2, "02"),
        (127, "7f"),
        (128, "80 01"),
        (16_383, "ff 7f"),
        (16_384, "80 80 01"),
        (2_097_151, "ff ff 7f"),
        (2_097_152, "80 80 80 01"),
    ],
)
def test_lengths_are_those_of_the_standard(length: int, encoded: str) -> None:
    header = bytes([PUBLISH]) + bytes.fromhex(encoded)
    assert (
        packets.publish("", bytes(max(0, length - 2)), 0, False)[:-length] == header or not length
    )
    assert len(read(header + bytes(length), length)[1]) == length


def test_a_connect_is_that_of_the_standard() -> None:
    packet = broker.connect_packet("id", 60, "user", "pass", ("w/t", b"gone", 1, True))
    assert packet == bytes.fromhex(
        "10 25"  # CONNECT, 37 bytes
        "0004 4d515454 04 ee 003c"  # MQTT, level 4, all flags but quality 2, 60 s
        "0002 6964 0003 772f74 0004 676f6e65 0004 75736572 0004 70617373"
    )


def test_a_connect_without_user_and_will_names_only_the_client() -> None:
    packet = broker.connect_packet("id", 60)
    assert packet == bytes.fromhex("10 0e 0004 4d515454 04 02 003c 0002 6964")


@given(packet_ids, st.lists(st.tuples(topics, st.sampled_from([0, 1])), min_size=1, max_size=5))
def test_a_subscribe_names_every_topic(packet_id: int, wanted: list[tuple[str, int]]) -> None:
    first, body = read(packets.subscribe(packet_id, wanted), 65535)
    assert first == 0x82
    assert int.from_bytes(body[:2], "big") == packet_id
    rest, found = body[2:], []
    while rest:
        end = 2 + int.from_bytes(rest[:2], "big")
        found.append((rest[2:end].decode(), rest[end]))
        rest = rest[end + 1 :]
    assert found == wanted


def parse(first: int, body: bytes) -> object:
    kind = first & 0xF0
    if kind == PUBLISH:
        return packets.parse_publish(first, body)
    if kind in (PUBACK, SUBACK):
        return packets.parse_identifier(body)
    return broker.parse_connack(first, body)


@given(st.binary(max_size=200))
@example(b"\x30\xff\xff\xff\xff\x01")  # a length without end
@example(b"\x30\xff\xff\xff\x7f")  # 256 MB
@example(b"\x30\x00")  # a PUBLISH of nothing
@example(b"\x30\x02\x00\x00")  # an empty topic
@example(b"\x32\x03\x00\x01a")  # the packet identifier is missing
@example(b"\x32\x05\x00\x01a\x00\x00")  # it is 0
@example(b"\x34\x05\x00\x01a\x00\x01")  # quality 2
@example(b"\x30\x04\x00\x02\xff\xfe")  # a topic that is not UTF-8
@example(b"\x20\x02\x00\x06")  # a code that does not exist
@example(b"\x90\x02\x00\x01")  # a SUBACK that grants nothing
def test_any_bytes_are_a_packet_a_protocol_error_or_the_end(data: bytes) -> None:
    try:
        first, body = read(data)
        parse(first, body)
    except (packets.ProtocolError, EOFError):
        pass


@given(st.integers(0, 255), st.integers(MAX_PACKET + 1, 268_435_455))
def test_a_packet_larger_than_the_board_takes_is_refused_before_it_is_read(
    first: int, length: int
) -> None:
    header = bytearray((first,))
    while length:
        header.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
    with pytest.raises(packets.ProtocolError):
        read(bytes(header))


@given(topics, st.binary(max_size=50), packet_ids, st.data())
def test_a_publish_cut_anywhere_is_never_read_as_another(
    topic: str, payload: bytes, packet_id: int, data: st.DataObject
) -> None:
    packet = bytes(packets.publish(topic, payload, 1, False, packet_id))
    cut = data.draw(st.integers(0, len(packet) - 1))
    with pytest.raises(EOFError):
        read(packet[:cut])


def test_a_text_that_no_packet_can_hold_is_refused_at_once() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        packets.publish("x" * 65536, b"", 0, False)
