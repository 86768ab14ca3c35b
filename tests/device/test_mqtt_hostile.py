"""Whatever a broker sends, the board lives on, and delivers when a decent broker is there again."""

import os
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.device.brokers import Board, wait_until
from tests.device.conftest import micropython_program
from tests.device.hostile_broker import HostileBroker

StartBoard = Callable[[int], Board]

SEED = int(os.environ.get("FABNUM_FUZZ_SEED", "1"))
CONNECTIONS = int(os.environ.get("FABNUM_FUZZ_CONNECTIONS", "40"))


@pytest.fixture
def board_at() -> Iterator[StartBoard]:
    started: list[Board] = []

    def start(port: int) -> Board:
        if micropython_program() is None:
            pytest.skip("MicroPython is not installed")
        settings = {
            "client_id": "board",
            "host": "127.0.0.1",
            "port": port,
            "keepalive": 2,
            "subscribe": ["test"],
            "hurry": True,
        }
        started.append(Board(settings, heap="96k"))
        return started[-1]

    yield start
    for board in started:
        board.kill()


def test_a_hostile_broker_never_stops_a_board(board_at: StartBoard) -> None:
    broker = HostileBroker(SEED, CONNECTIONS)
    board = board_at(broker.port)
    board.tell("publish test early")  # something to repeat at every connection
    wait_until(lambda: broker.served > CONNECTIONS, "a decent connection")
    board.tell("publish test kept")
    board.wait_for("done kept")
    board.stop()
    broker.end()
    reasons = {line for line in board.lines if line.startswith("state down")}
    known = {
        f"state down {word}" for word in ("protocol", "connection", "no-broker", "credentials")
    }
    assert reasons <= known | {"state down stopped"}, (SEED, reasons)
    assert "state down protocol" in reasons


@pytest.mark.slow
def test_a_broker_that_never_answers_is_no_broker(board_at: StartBoard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        board = board_at(silent.getsockname()[1])
        board.wait_for("state down no-broker")


def test_a_message_that_the_application_cannot_bear_does_not_end_the_connection(
    board_at: StartBoard,
) -> None:
    bomb = b"\x32\x0c\x00\x04test\x00\x07bomb"
    broker = HostileBroker(greeting=bomb)
    board = board_at(broker.port)
    board.wait_for("RuntimeError")
    board.tell("publish test after")
    board.wait_for("done after")
    assert "state down connection" not in board.lines


def test_what_the_broker_sends_at_quality_1_is_acknowledged_once(board_at: StartBoard) -> None:
    broker = HostileBroker(greeting=b"\x32\x0a\x00\x04test\x12\x34hi")
    board = board_at(broker.port)
    board.wait_for("message test hi")
    board.tell("publish test after")
    board.wait_for("done after")
    assert [body for first, body in broker.received if first == 0x40] == [b"\x12\x34"]


def test_what_was_sent_before_is_repeated_as_a_duplicate_of_the_same_identifier(
    board_at: StartBoard,
) -> None:
    broker = HostileBroker(forgets=2)
    board = board_at(broker.port)
    board.wait_for("state up")
    board.tell("publish test kept")
    board.wait_for("done kept")
    first, *repeated = [packet for packet in broker.received if packet[0] & 0xF0 == 0x30]
    assert first[0] == 0x32
    assert repeated == [(0x3A, first[1])] * 2
