"""Real servers for the InfluxDB tests: InfluxDB 1.6, VictoriaMetrics, and one that fails to order.

Each is a context manager that starts a process (or a thread) on ports of its own and ends it.
"""

import gzip
import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from tests.ports import free_port

INFLUXD = shutil.which("influxd") or "/usr/bin/influxd"
VICTORIA_METRICS = shutil.which("victoria-metrics") or "/usr/bin/victoria-metrics"

needs_influxd = pytest.mark.skipif(
    not Path(INFLUXD).exists(), reason="needs influxd (Debian package influxdb)"
)
needs_victoria_metrics = pytest.mark.skipif(
    not Path(VICTORIA_METRICS).exists(), reason="needs victoria-metrics (Debian package)"
)


Row = tuple[str, dict[str, str], int, float]
"""Measurement, tags, time, value."""


def by_series(rows: Iterable[Row]) -> list[Row]:
    """Return rows in an order that does not depend on the server."""
    return sorted(rows, key=lambda row: (row[0], sorted(row[1].items()), row[2:]))


def until(condition: Callable[[], object], what: str, timeout_s: float = 60.0) -> None:
    """Wait until ``condition()`` is true; fail naming ``what`` if it never is."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


class Process:
    """A server process that can be killed and started again on the same port and data."""

    def __init__(self, command: list[str], url: str, log: Path) -> None:
        self.url = url
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.http = urllib3.PoolManager(retries=False, timeout=30)

    def start(self, health: str = "/ping") -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        until(lambda: self._answers(health), f"{self._command[0]} answers: {self._log}")

    def kill(self) -> None:
        """As kill -9 does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _answers(self, path: str) -> bool:
        try:
            return 200 <= self.http.request("GET", self.url + path).status < 300
        except urllib3.exceptions.HTTPError:
            return False


class Influxd(Process):
    """InfluxDB 1.6, and how to read it back."""

    def __init__(self, folder: Path, *, accounts: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        http, rpc = free_port(), free_port()
        config = folder / "influxdb.conf"
        config.write_text(_CONFIG.format(folder=folder, http=http, rpc=rpc, accounts=accounts))
        config.write_text(config.read_text().replace("True", "true").replace("False", "false"))
        super().__init__(
            [INFLUXD, "-config", str(config)], f"http://127.0.0.1:{http}", folder / "log"
        )
        self.login: dict[str, str] = {}

    def query(self, statement: str, database: str = "") -> list[dict[str, Any]]:
        """Return the series that an InfluxQL statement gives; times in microseconds."""
        answer = self.http.request(
            "POST",
            f"{self.url}/query",
            fields={"q": statement, "db": database, "epoch": "u"},
            encode_multipart=False,
            headers=self.login,
        )
        (result,) = json.loads(answer.data)["results"]
        assert "error" not in result, result
        return result.get("series", [])

    def points(self, database: str) -> list[Row]:
        """Return (measurement, tags, time in µs, value) of every point in a database, sorted."""
        found = list[Row]()
        for series in self.query("SELECT value FROM /.*/ GROUP BY *", database):
            assert series["columns"] == ["time", "value"]
            found += [
                (series["name"], series["tags"], time_us, value)
                for time_us, value in series["values"]
            ]
        return by_series(found)

    def databases(self) -> set[str]:
        rows = self.query("SHOW DATABASES")[0].get("values", [])
        return {name for (name,) in rows} - {"_internal"}


class VictoriaMetrics(Process):
    """VictoriaMetrics, and how to read it back."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        super().__init__(
            [
                VICTORIA_METRICS,
                f"-storageDataPath={folder}",
                f"-httpListenAddr=127.0.0.1:{port}",
                "-retentionPeriod=100y",
                "-loggerLevel=WARN",
            ],
            f"http://127.0.0.1:{port}",
            folder.with_suffix(".log"),
        )

    def points(self) -> list[Row]:
        """Return (metric, labels, time in ms, value) of every sample, sorted."""
        self.http.request("GET", f"{self.url}/internal/force_flush")
        answer = self.http.request(
            "POST",
            f"{self.url}/api/v1/export",
            fields={"match[]": '{__name__!=""}'},
            encode_multipart=False,
        )
        found = list[Row]()
        for line in answer.data.splitlines():
            series = json.loads(line)
            name = series["metric"].pop("__name__")
            found += [
                (name, series["metric"], time_ms, value)
                for time_ms, value in zip(series["timestamps"], series["values"], strict=True)
            ]
        return by_series(found)


_CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{http}"
  log-enabled = false
  auth-enabled = {accounts}
[continuous_queries]
  enabled = false
[logging]
  level = "warn"
"""


@contextmanager
def influxd(folder: Path, *, accounts: bool = False) -> Iterator[Influxd]:
    """Run InfluxDB 1.6 with its data in ``folder``."""
    server = Influxd(folder, accounts=accounts)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def victoria_metrics(folder: Path) -> Iterator[VictoriaMetrics]:
    """Run VictoriaMetrics with its data in ``folder``."""
    server = VictoriaMetrics(folder)
    server.start("/health")
    try:
        yield server
    finally:
        server.stop()


class Answer:
    """What :class:`Failing` answers: status, JSON or text, headers."""

    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        self.status = status
        self.body = b"" if body is None else body.encode() if isinstance(body, str) else None
        if self.body is None:
            self.body = json.dumps(body).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Request:
    """What :class:`Failing` was asked."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        parts = urlsplit(target)
        self.method, self.path = method, parts.path
        self.query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.target, self.headers, self.body = target, headers, body

    @property
    def lines(self) -> list[str]:
        return self.body.decode().split("\n")


class Failing:
    """A real HTTP server that answers as told: for what the installed servers cannot be made to.

    ``answer`` maps a request to an Answer; all requests are kept in ``requests``.
    """

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.path.endswith("/write")]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        failing = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two writes

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                request = Request(self.command, self.path, dict(self.headers), body)
                failing.requests.append(request)
                answer = failing.answer(request)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - http.server's names

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


@contextmanager
def failing(answer: Callable[[Request], Answer]) -> Iterator[Failing]:
    """Run an HTTP server that answers what ``answer`` says."""
    server = Failing(answer)
    server.start()
    try:
        yield server
    finally:
        server.stop()
