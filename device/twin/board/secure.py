"""TLS sockets that sleep while nothing comes.

MicroPython's own know no file descriptor and are asked a thousand times a second whether something
is there: 2 % of a processor for each twin. These name the descriptor below them once the handshake
is done, unless TLS itself has something decrypted already.
"""

import errno
import io
import select
import ssl

# Operations of ioctl(), from MicroPython's py/stream.h.
_POLL = 3
_CLOSE = 4
_FILENO = 10


def install():
    """Let every SSLContext wrap sockets into these."""
    wrap = ssl.SSLContext.wrap_socket

    def wrap_socket(context, plain, **options):
        return SecureSocket(wrap(context, plain, **options), plain)

    ssl.SSLContext.wrap_socket = wrap_socket


class SecureSocket(io.IOBase):
    """A TLS socket over a socket of the twin."""

    def __init__(self, secured, plain):
        self._secured = secured
        self._plain = plain
        self._established = False

    def read(self, *size):
        """Read; ``None`` where that would block."""
        return self._seen(self._secured.read(*size))

    def readinto(self, buffer, *size):
        """Read into a buffer; ``None`` where that would block."""
        return self._seen(self._secured.readinto(buffer, *size))

    def readline(self, *size):
        """Read a line; ``None`` where that would block."""
        return self._seen(self._secured.readline(*size))

    def write(self, data, *size):
        """Write; ``None`` where that would block."""
        return self._secured.write(data, *size)

    def close(self):
        """Close it and the socket below."""
        self._secured.close()

    def ioctl(self, operation, argument):
        """Say what to poll, or what is there; close."""
        if operation == _FILENO:
            if self._established and not self._ready(select.POLLIN):
                return self._plain.fileno()
        elif operation == _POLL:
            return self._ready(argument)
        elif operation == _CLOSE:
            self.close()
            return 0
        return -errno.EINVAL

    def setblocking(self, blocking):
        """Pass it on."""
        self._secured.setblocking(blocking)

    def cipher(self):
        """Return (name of the cipher, version of TLS)."""
        return self._secured.cipher()

    def getpeercert(self, binary):
        """Return the other end's certificate in DER."""
        return self._secured.getpeercert(binary)

    def _seen(self, data):
        # Once the other end's data has come through, the handshake is over.
        self._established = self._established or bool(data)
        return data

    def _ready(self, wanted):
        poller = select.poll()
        poller.register(self._secured, wanted)
        ready = poller.poll(0)
        return ready[0][1] if ready else 0
