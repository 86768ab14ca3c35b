"""The board's MQTT client and real brokers: what is published arrives, whatever happens to them.

Every test runs the client on the real MicroPython, against Mosquitto and against nats-server.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.device.brokers import (
    PASSWORD,
    Board,
    Broker,
    Mosquitto,
    Nats,
    free_port,
    make_authority,
)
from tests.device.conftest import micropython_program

KINDS = [
    pytest.param((Mosquitto, False), id="mosquitto", marks=pytest.mark.servers),
    pytest.param((Mosquitto, True), id="mosquitto-tls", marks=pytest.mark.servers),
    pytest.param((Nats, False), id="nats", marks=pytest.mark.e2e),
    pytest.param((Nats, True), id="nats-tls", marks=pytest.mark.e2e),
]
TLS_KINDS = [KINDS[1], KINDS[3]]

FIRMWARE_HEAP = "96k"
"""What the whole firmware has: the client alone must do with it, even compiling its own source."""


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    kind, tls = request.param
    if kind is Mosquitto and not shutil.which("mosquitto_passwd"):
        pytest.skip("Mosquitto is not installed")
    if micropython_program() is None:
        pytest.skip("MicroPython is not installed")
    broker: Broker = kind(tmp_path, tls)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@pytest.fixture
def boards() -> Iterator[list[Board]]:
    """Boards to be killed at the end of the test, however it ends."""
    started: list[Board] = []
    yield started
    for board in started:
        board.kill()


def start(boards: list[Board], settings: dict[str, object], heap: str = "256k") -> Board:
    board = Board(settings, heap)
    boards.append(board)
    return board


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_message_goes_out_and_comes_back(broker: Broker, boards: list[Board]) -> None:
    board = start(boards, broker.settings(subscribe=["test/in"]))
    board.wait_for("state up")
    board.tell("publish test/in hello")
    board.wait_for("message test/in hello")
    board.wait_for("done hello")
    board.stop()


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_every_awaited_publish_survives_a_broker_killed_again_and_again(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings())
    board.wait_for("state up")
    texts = [f"n{number}" for number in range(30)]
    for number, text in enumerate(texts):
        board.tell(f"publish test/out {text}")
        if number % 10 == 5:
            broker.kill()
        if number % 10 == 8:
            broker.start()
    for text in texts:
        if f"done {text}" not in board.lines:
            board.wait_for("done ")
    while len([line for line in board.lines if line.startswith("done ")]) < len(texts):
        board.wait_for("done ")
    assert sorted(line[5:] for line in board.lines if line.startswith("done ")) == sorted(texts)
    board.stop()


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_subscription_is_there_again_after_the_broker_was_killed(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings(subscribe=["test/in"]))
    board.wait_for("state up")
    broker.kill()
    board.wait_for("state down connection")
    broker.start()
    board.tell("retry")
    board.wait_for("state up")
    board.tell("publish test/in again")
    board.wait_for("message test/in again")
    board.stop()


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_frozen_broker_is_given_up_and_what_waited_arrives_when_it_is_back(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings(keepalive=2))
    board.wait_for("state up")
    broker.freeze()
    board.tell("publish test/out kept")
    board.wait_for("state down connection")
    broker.thaw()
    board.wait_for("done kept")
    board.stop()


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_after_the_network_was_away_a_frozen_broker_is_found_out_without_a_keepalive(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings(keepalive=600))
    board.wait_for("state up")
    broker.freeze()
    board.tell("retry")
    board.wait_for("state down connection")  # wait_for() is less patient than this keepalive


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_wrong_password_is_called_so(broker: Broker, boards: list[Board]) -> None:
    board = start(boards, broker.settings(password="wrong"))
    board.wait_for("state down credentials")
    board.stop()
    assert PASSWORD not in "\n".join(board.lines)


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_board_whose_last_connection_died_leaves_its_will(
    broker: Broker, boards: list[Board]
) -> None:
    watcher = start(boards, broker.settings(client_id="watcher", subscribe=["test/status"]))
    watcher.wait_for("state up")
    board = start(boards, broker.settings(will=["test/status", "lost", 1, True]))
    board.wait_for("state up")
    board.kill()
    watcher.wait_for("message test/status lost")


@pytest.mark.parametrize("broker", KINDS, indirect=True)
def test_a_board_that_stops_in_order_leaves_no_will(broker: Broker, boards: list[Board]) -> None:
    watcher = start(
        boards, broker.settings(client_id="watcher", subscribe=["test/status", "test/end"])
    )
    watcher.wait_for("state up")
    board = start(boards, broker.settings(will=["test/status", "lost", 1, True]))
    board.wait_for("state up")
    board.stop()
    watcher.tell("publish test/end now")
    watcher.wait_for("message test/end now")
    assert not [line for line in watcher.lines if line.startswith("message test/status")]


@pytest.mark.parametrize("broker", [KINDS[2]], indirect=True)
def test_a_topic_that_the_broker_refuses_is_told_and_the_rest_goes_on(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings(subscribe=["test/in", "other/secret"]))
    assert board.wait_for("refused") == "refused other/secret"
    board.tell("publish test/in hello")
    board.wait_for("message test/in hello")
    board.stop()


@pytest.mark.parametrize("broker", TLS_KINDS, indirect=True)
def test_a_broker_of_another_authority_is_not_trusted(
    broker: Broker, boards: list[Board], tmp_path: Path
) -> None:
    stranger = make_authority(tmp_path / "stranger")
    board = start(boards, broker.settings(ca=str(stranger.authority_der)))
    board.wait_for("state down tls")
    board.stop()
    assert "state up " not in board.lines


@pytest.mark.parametrize("broker", TLS_KINDS, indirect=True)
def test_a_broker_of_another_name_is_not_trusted(broker: Broker, boards: list[Board]) -> None:
    # Another way to write 127.0.0.1, which is not among the names of the certificate.
    board = start(boards, broker.settings(host="127.1"))
    board.wait_for("state down tls")
    board.stop()
    assert "state up " not in board.lines


@pytest.mark.parametrize("broker", TLS_KINDS, indirect=True)
def test_the_client_with_tls_fits_into_the_heap_of_the_firmware(
    broker: Broker, boards: list[Board]
) -> None:
    board = start(boards, broker.settings(subscribe=["test/in"]), heap=FIRMWARE_HEAP)
    board.wait_for("state up")
    for number in range(20):
        board.tell(f"publish test/in {number}{'x' * 900}")
        board.wait_for(f"done {number}x")
    board.stop()


def test_where_nobody_listens_there_is_no_broker(boards: list[Board]) -> None:
    settings = {"client_id": "x", "host": "127.0.0.1", "port": free_port()}
    board = start(boards, settings)
    board.wait_for("state down no-broker")
    board.stop()
