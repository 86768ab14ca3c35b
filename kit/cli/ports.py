"""Which port to listen on when nobody has chosen one."""

import socket


def free_port(wanted: int) -> int:
    """Return ``wanted`` if nobody listens there, else any free port of this machine."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("this machine has no free port")
