"""The board asks a time server over the network, and goes on while it waits."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

UNIX = 1_763_700_000
ASK = """
import asyncio
from fabnum import ntp

lived = 0

async def live():
    global lived
    while True:
        lived += 1
        await asyncio.sleep_ms(10)

async def main():
    asyncio.create_task(live())
    unix = await ntp.ask("127.0.0.1", PORT, TIMEOUT)
    print(unix, lived > MOMENTS)

asyncio.run(main())
"""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        yield server


def ask(
    run_micropython: Callable[..., str], server: socket.socket, timeout_ms: int, moments: int = 0
) -> list[str]:
    source = ASK.replace("PORT", str(server.getsockname()[1]))
    source = source.replace("TIMEOUT", str(timeout_ms)).replace("MOMENTS", str(moments))
    return run_micropython(source).split()


def test_a_time_server_is_asked_and_believed(
    run_micropython: Callable[..., str], server: socket.socket
) -> None:
    def serve() -> None:
        question, client = server.recvfrom(100)
        assert len(question) == 48
        assert question[0] & 7 == 3
        server.sendto(b"noise", client)
        server.sendto(reply(b"not your"), client)
        server.sendto(reply(question[40:48]), client)

    def reply(token: bytes) -> bytes:
        return struct.pack("!BB22s8s8sII", 0x24, 1, b"", token, b"", UNIX + 2_208_988_800, 0)

    thread = threading.Thread(target=serve)
    thread.start()
    assert ask(run_micropython, server, 20_000) == [str(UNIX), "True"]
    thread.join()


def test_a_silent_time_server_does_not_stop_the_board(
    run_micropython: Callable[..., str], server: socket.socket
) -> None:
    assert ask(run_micropython, server, 300, moments=3) == ["None", "True"]


def test_a_time_server_that_is_not_there_is_no_error(
    run_micropython: Callable[..., str], server: socket.socket
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    source = ASK.replace("PORT", str(port)).replace("TIMEOUT", "300").replace("MOMENTS", "0")
    assert run_micropython(source).split() == ["None", "True"]
