"""The servers that benchmarks run against, started for one run and ended with it."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 15.0

_NATS = """
server_name: fabnum
listen: "127.0.0.1:-1"
max_payload: 64K
jetstream {{ store_dir: "{folder}", max_mem: 64M, max_file: 8G }}
mqtt {{
  listen: "127.0.0.1:{port}", max_ack_pending: 10000, ack_wait: "30s"
  {tls}
}}
"""


@contextmanager
def nats_server(folder: Path, tls: str = "") -> Iterator[int]:
    """Run a real nats-server that keeps messages on disk; give its MQTT port.

    ``tls``: the block of that name of its configuration, for encrypted connections.
    """
    port = free_port()
    configuration = folder / "nats.conf"
    configuration.write_text(
        _NATS.format(folder=folder / "nats", port=port, tls=tls), encoding="utf-8"
    )
    program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or "nats-server"
    with _running([program, "-c", str(configuration)], port):
        yield port


@contextmanager
def victoria_metrics(folder: Path) -> Iterator[int | None]:
    """Run VictoriaMetrics, which takes InfluxDB's lines; ``None`` where it is not installed."""
    program = shutil.which("victoria-metrics")
    if program is None:
        yield None
        return
    port = free_port()
    command = [
        program,
        f"-storageDataPath={folder / 'victoria'}",
        f"-httpListenAddr=127.0.0.1:{port}",
    ]
    with _running(command, port):
        yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args!r} did not start") from None
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
