"""TLS on a twin: nothing that has been decrypted waits unread, and the network can go silent."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.twin.host import AccessPoint, Fleet, World
from kit.errors import FabnumError
from kit.firmware import Firmware

LINES = 300

PROGRAM = """
import asyncio, network, ssl
async def watch(wlan):
    while wlan.isconnected():
        await asyncio.sleep_ms(10)
    print("silent")
    while not wlan.isconnected():
        await asyncio.sleep_ms(10)

async def main():
    wlan = network.WLAN()
    wlan.active(True)
    wlan.connect("lab")
    while not wlan.isconnected():
        await asyncio.sleep_ms(10)
    watching = asyncio.create_task(watch(wlan))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=open("ca.der", "rb").read())
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", PORT, ssl=context, server_hostname="127.0.0.1")
    writer.write(b"hello\\n")
    await writer.drain()
    count = 0
    while True:
        line = await reader.readline()
        if not line:
            break
        count += 1
        if line == b"last of one record\\n":
            print("read", count)
            writer.write(b"more\\n")
            await writer.drain()
    print("closed")
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "twin test")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "ca.der").write_bytes(made.public_bytes(serialization.Encoding.DER))
    return folder


class Server:
    """For each line it hears, it sends one TLS record that holds many."""

    def __init__(self, folder):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self._listener = context.wrap_socket(
            socket.create_server(("127.0.0.1", 0)), server_side=True
        )
        self.port = self._listener.getsockname()[1]
        self.heard = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        connection, _ = self._listener.accept()
        record = b"line\n" * (LINES - 1) + b"last of one record\n"
        with connection:
            while connection.recv(100):
                self.heard.release()
                self.go_on.acquire()
                connection.sendall(record)

    def close(self):
        self._listener.close()


@pytest.fixture
def talk(certificate, tmp_path):
    """Start a twin that talks to a TLS server; gives (twin, server)."""
    server = Server(certificate)
    program = {
        "main.py": PROGRAM.replace("PORT", str(server.port)).encode(),
        "build.json": json.dumps({"parts": []}).encode(),
        "ca.der": (certificate / "ca.der").read_bytes(),
    }
    try:
        with Fleet() as fleet:
            world = World(access_points=[AccessPoint("lab")])
            twin = fleet.add(tmp_path / "board", Firmware("none", {}, program), {}, world)
            twin.start()
            yield twin, server
    except FabnumError as error:
        pytest.skip(error.cause)
    finally:
        server.close()


def test_all_lines_of_a_record_are_read_though_only_one_of_them_arrives_by_the_wire(talk):
    twin, server = talk
    for turn in range(1, 4):
        assert server.heard.acquire(timeout=30)
        server.go_on.release()
        twin.wait_for(lambda twin, turn=turn: f"read {turn * LINES}\n" in twin.console())


def test_what_comes_while_the_network_is_silent_is_read_when_it_is_back(talk):
    twin, server = talk
    assert server.heard.acquire(timeout=30)
    twin.control(wifi=False)
    twin.wait_for(lambda twin: "silent" in twin.console())
    server.go_on.release()
    assert "read" not in twin.console()
    twin.control(wifi=True)
    twin.wait_for(lambda twin: f"read {LINES}\n" in twin.console())
