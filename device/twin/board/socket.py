"""Sockets that go through the board's Wi-Fi: without it nothing passes, and nobody is told.

As on the chip: a connection is neither closed nor refused when the radio goes away. What is sent
waits in the send buffer, nothing arrives, and both ends find out by their own time-outs. A new
connection fails with EHOSTUNREACH; a name is found only where the world has internet.

A socket bound to the board's address in its own network listens on the PC's loopback instead, on a
port above 1024 that the host learns from ``ports.json``. It works while that network is open.
"""

import errno
import io
import json
import random
import select

import network
import usocket
import world
from usocket import *

_SEND_BUFFER = 5744
"""Bytes that lwIP keeps of what is not acknowledged (TCP_SND_BUF of the ESP32 port)."""

# Operations of ioctl(), from MicroPython's py/stream.h.
_CLOSE = 4
_POLL = 3
_FILENO = 10

_EAI_FAIL = -202
"""What lwIP's getaddrinfo answers when it finds no address."""

_out_of_reach = []
"""Sockets that the board closed while it had no network: the other end has not heard of it."""


class _Silence:
    """A file descriptor that is neither readable nor writable, to poll in place of one cut off.

    It is a listening socket that nobody calls, until the network is back and it calls itself: that
    wakes all who wait, and they turn to their real descriptors.
    """

    def __init__(self):
        self._listener = usocket.socket()
        while True:
            port = 32768 + random.getrandbits(14)
            self._address = usocket.getaddrinfo("127.0.0.1", port, AF_INET, SOCK_STREAM)[0][-1]
            try:
                self._listener.bind(self._address)
                break
            except OSError:
                pass  # taken: the next one
        self._listener.listen(1)

    def fileno(self):
        return self._listener.fileno()

    def end(self):
        usocket.socket().connect(self._address)


_silence = None


def online():
    """Whether packets pass now. A network that came back brings what was kept from it."""
    global _silence
    wlan = network.station()
    passes = wlan is not None and wlan.isconnected()
    if passes:
        while _out_of_reach:
            _out_of_reach.pop().close()
        if _silence is not None:
            _silence.end()
            _silence = None
    return passes


def getaddrinfo(host, port, *rest):
    """Look up a host: numbers always, names of the world's ``names``, others by the PC's DNS."""
    host = world.state["names"].get(host, host) if online() else host
    if host.strip("0123456789."):
        known = host == "localhost" or world.state["internet"]
        if not (known and online()):
            raise OSError(_EAI_FAIL)
    return usocket.getaddrinfo(host, port, AF_INET, *rest[1:])


def _host_and_port(address):
    _, number, port = usocket.sockaddr(address)[:3]
    return ".".join(str(digit) for digit in number), port


def _bind_to_free_port(real, port):
    # The same again and again, so that a page in the PC's browser can be reloaded: it follows from
    # the board's own number.
    candidate = 20_000 + (int(world.state["mac"], 16) * 97 + port) % 12_000
    while True:
        try:
            real.bind(usocket.getaddrinfo(network.AP_ADDRESS, candidate)[0][-1])
            break
        except OSError:
            candidate += 1  # taken by another twin
    _tell_host(port, candidate)


def _tell_host(port, on_pc):
    try:
        with open(network.PORTS) as file:
            ports = json.load(file)
    except OSError:
        ports = {}
    ports[str(port)] = on_pc
    with open(network.PORTS, "w") as file:
        json.dump(ports, file)
    if port == 80:
        world.log("the page of the board's own network: http://127.0.0.1:%d/" % on_pc)


class socket(io.IOBase):
    """A socket of the PC that works while the board's network does.

    ``own``: it is in the board's own network.
    """

    def __init__(self, family=AF_INET, kind=SOCK_STREAM, protocol=0, real=None, own=False):
        self._real = real or usocket.socket(family, kind, protocol)
        self._unsent = b""
        self._own = own

    def _passes(self):
        return network.access_point_is_open() if self._own else online()

    def bind(self, address):
        """Listen there; on the PC's port for it where the address is that of the own network."""
        host, port = _host_and_port(address)
        self._own = host == network.AP_ADDRESS and network.access_point_is_open()
        if self._own:
            _bind_to_free_port(self._real, port)
        else:
            self._real.bind(address)

    def connect(self, address):
        """Connect, or raise OSError(EHOSTUNREACH) where there is no network."""
        self._require_network()
        self._real.connect(address)

    def accept(self):
        """Return (socket, address) of the next one who connects to this one."""
        real, address = self._real.accept()
        if self._own:
            network.phone_came()
        return socket(real=real, own=self._own), address

    def sendto(self, data, address):
        """Send one datagram."""
        self._require_network()
        return self._real.sendto(data, address)

    def recvfrom(self, size):
        """Receive one datagram and where it came from."""
        if not self._passes():
            raise OSError(errno.EAGAIN)
        return self._real.recvfrom(size)

    def read(self, *size):
        """Read; ``None`` where that would block."""
        return self._real.read(*size) if self._passes() else None

    recv = read

    def readinto(self, buffer, *size):
        """Read into a buffer; ``None`` where that would block."""
        return self._real.readinto(buffer, *size) if self._passes() else None

    def readline(self, *size):
        """Read a line; ``None`` where that would block."""
        return self._real.readline(*size) if self._passes() else None

    def write(self, data, *size):
        """Write; what cannot go yet waits in the send buffer, ``None`` once that is full."""
        data = data[: size[0]] if size else data
        if not self._passes():
            if len(self._unsent) + len(data) > _SEND_BUFFER:
                return None
            self._unsent += bytes(data)
            return len(data)
        if self._unsent and not self._send_kept():
            return None
        return self._real.write(data)

    def send(self, data):
        """Send and return how many bytes went."""
        written = self.write(data)
        if written is None:
            raise OSError(errno.EAGAIN)
        return written

    def sendall(self, data):
        """Send all of it."""
        while data:
            data = data[self.send(data) :]

    def close(self):
        """Close. Without a network the other end does not hear of it before it is back."""
        if self._real is None:
            return
        if self._own or online():
            self._real.close()
        else:
            _out_of_reach.append(self._real)
        self._real = None

    def ioctl(self, operation, argument):
        """Say which file descriptor to poll, close; for asyncio and TLS."""
        if operation == _FILENO:
            return self.fileno()
        if operation == _POLL:
            return self._poll(argument)
        if operation == _CLOSE:
            self.close()
            return 0
        return -errno.EINVAL

    def _poll(self, wanted):
        """Return which of the wanted events are there: TLS asks that of its socket."""
        if self._real is None:
            return select.POLLERR
        poller = select.poll()
        poller.register(self.fileno(), wanted)
        ready = poller.poll(0)
        return ready[0][1] if ready else 0

    def fileno(self):
        """Return the file descriptor; cut off from the network, one where nothing happens."""
        global _silence
        if self._real is None:
            return -errno.EBADF
        if self._passes():
            if self._unsent:
                self._send_kept()
            return self._real.fileno()
        if _silence is None:
            _silence = _Silence()
        return _silence.fileno()

    def __getattr__(self, name):
        if name in ("listen", "setblocking", "settimeout", "setsockopt", "makefile"):
            return getattr(self._real, name)
        raise AttributeError(name)

    def _require_network(self):
        if not self._passes():
            raise OSError(errno.EHOSTUNREACH)

    def _send_kept(self):
        written = self._real.write(self._unsent)
        self._unsent = self._unsent[written or 0 :]
        return not self._unsent
