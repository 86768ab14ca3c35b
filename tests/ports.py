"""Ports for servers that a test starts: none that another test, or an outgoing connection, may get.

Asking the system for any free port gives one of those from which connections go out, so that
somebody else may have it before the server is up. These lie below, a hundred for each worker; and
two runs on one machine hardly ever begin with the same one.
"""

import itertools
import os
import socket
from collections.abc import Iterator

FIRST, PER_WORKER = 21_000, 100


def _numbers() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + worker * PER_WORKER
    begin = os.getpid() % PER_WORKER
    return itertools.cycle([first + (begin + step) % PER_WORKER for step in range(PER_WORKER)])


_next = _numbers()


def free_port() -> int:
    """Return a port of this machine's own address that nobody listens on."""
    for port in itertools.islice(_next, PER_WORKER):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("this machine has no free port")
