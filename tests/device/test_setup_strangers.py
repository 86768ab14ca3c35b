"""Whoever can reach the board's own network: phones that look around, and people who mean no good.

Whatever they send, the page is there for the next visitor and the program goes on.
"""

import contextlib
import random
import socket
import struct

import pytest

from tests.device.setup_site import BOX, Visitor, board, is_closed
from tests.device.test_setup_dns import query

pytestmark = pytest.mark.e2e

PROBES = [
    ("/generate_204", "connectivitycheck.gstatic.com"),
    ("/gen_204", "www.google.com"),
    ("/hotspot-detect.html", "captive.apple.com"),
    ("/connecttest.txt", "www.msftconnecttest.com"),
    ("/redirect", "www.msftconnecttest.com"),
    ("/canonical.html", "detectportal.firefox.com"),
    ("/", "www.example.org"),
]
OURS = "http://127.0.0.1"  # on a chip http://192.168.4.1


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    with board(tmp_path_factory.mktemp("strangers")) as twin:
        yield twin


@pytest.fixture
def visitor(twin):
    measured = len(twin.ledger())
    visitor = Visitor(twin)
    yield visitor
    assert visitor.ask()[0] == 200, "the page is there for the next visitor"
    twin.wait_for(lambda twin: len(twin.ledger()) > measured)
    assert "Traceback" not in twin.console()


def connect(twin):
    return socket.create_connection(("127.0.0.1", twin.ports()[80]), timeout=20)


def answer_to(twin, data):
    """Send some bytes and no more, and return all that comes back."""
    received = b""
    with connect(twin) as link, contextlib.suppress(OSError):  # it may have hung up already
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        while piece := link.recv(4096):
            received += piece
    return received


@pytest.mark.parametrize(("path", "host"), PROBES)
def test_phones_that_look_for_the_internet_are_sent_to_the_page(visitor, path, host):
    assert visitor.ask(path, Host=host)[:2] == (302, OURS + "/")


def test_every_name_is_found_at_the_board(twin, visitor):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(20)
        for junk in (b"", b"\0" * 12, random.Random(1).randbytes(300), query("a", flags=0x8000)):
            link.sendto(junk, ("127.0.0.1", twin.ports()[53]))
        link.sendto(query("captive.apple.com", number=7), ("127.0.0.1", twin.ports()[53]))
        answer = link.recv(512)
    assert struct.unpack(">H", answer[:2]) == (7,)
    assert answer[-4:] == bytes((127, 0, 0, 1))


def test_a_page_from_elsewhere_can_neither_read_nor_write(twin, visitor):
    assert visitor.ask("/", Host="rebound.example")[0] == 302
    form = f"ssid={BOX.ssid}&key={BOX.password}"
    for headers, status in (
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://evil.example/"}, 403),
        ({"Host": "evil.example"}, 302),
    ):
        assert visitor.ask("/", "POST", form, **headers)[0] == status
    assert not is_closed(twin)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", b""),
        (b"GET / HT", b""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"400"),  # TLS
        (b"HELO\r\n\r\n", b"400"),
        (b"PUT / HTTP/1.1\r\n\r\n", b"405"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nssid=a", b""),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n\r\nssid=\xff", b"400"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n%%%%%", b"200"),
    ],
)
def test_broken_requests_are_refused_in_a_word(twin, visitor, data, status):
    assert answer_to(twin, data)[9:12] == status


def test_an_endless_request_is_cut_off(twin, visitor):
    with connect(twin) as link, contextlib.suppress(ConnectionError):
        link.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(50_000):  # more than any buffers hold on the way
            link.sendall(b"X-Filler: " + b"x" * 1000 + b"\r\n")
        pytest.fail("fifty megabytes of headers were taken")


def test_random_bytes_do_no_harm(twin, visitor):
    chance = random.Random(5)
    for _ in range(30):
        answer_to(twin, chance.randbytes(chance.randrange(3000)))


def test_those_who_never_speak_are_shown_the_door(twin, visitor):
    silent = [connect(twin) for _ in range(20)]
    try:
        for link in silent:
            with contextlib.suppress(ConnectionError):
                assert link.recv(1) == b""
    finally:
        for link in silent:
            link.close()


def test_who_does_not_read_the_answer_does_not_hold_up_the_others(twin, visitor):
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    deaf.connect(("127.0.0.1", twin.ports()[80]))
    with deaf:
        deaf.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert visitor.ask()[0] == 200


def test_secrets_are_nowhere_on_the_page(twin, visitor):
    page = visitor.save(ssid=BOX.ssid, key="short-1")
    assert "À corriger" in page
    assert "short-1" not in page
    headers = answer_to(twin, b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b"no-store" in headers
    assert b"default-src 'none'" in headers
    assert headers.endswith(b"\r\n\r\n")


def test_an_old_browser_without_origin_can_save(tmp_path):
    with board(tmp_path) as twin:
        visitor = Visitor(twin)
        body = f"ssid={BOX.ssid}&key={BOX.password}"
        own = {"Referer": f"http://127.0.0.1:{twin.ports()[80]}/?lang=en"}
        assert "It is saved" in visitor.ask("/?lang=en", "POST", body, **own)[2]
        twin.wait_for(is_closed)


def test_a_phone_that_goes_amid_the_answer_has_saved_all_the_same(tmp_path):
    with board(tmp_path) as twin:
        Visitor(twin)
        body = f"ssid={BOX.ssid}&key={BOX.password}".encode()
        head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        with connect(twin) as link:
            link.sendall(head + body)
            link.recv(1)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        twin.wait_for(lambda twin: f"connecté à « {BOX.ssid} »" in twin.console())
        assert is_closed(twin)
