"""What fails is said in one sentence, and a push that broke off is finished by the next."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import get_args

import pytest

from dashboards.grafana.push.http import Grafana, version
from kit.errors import FabnumError
from tests.dashboards.grafana.push.wishes import TOKENS, pushed, site, town
from tests.dashboards.grafana_server import NOT_READY, Call, Fault, GrafanaServer

MAIL = "fab@example.org"


class Whole:
    """A push that nothing stops: what Grafana holds after it, and after how many requests."""

    def __init__(self) -> None:
        self.wanted = (site(MAIL), town())
        with GrafanaServer() as server:
            pushed(server, *self.wanted)
            self.state, self.requests = server.state(), len(server.calls)

    def is_reached_after_a_cut(self, fault: Fault, broken_at: int) -> None:
        """Cut every request from one on, then push twice."""
        with GrafanaServer() as server:
            server.cut_from, server.cut = broken_at, fault
            with pytest.raises(FabnumError, match="does not answer"):
                pushed(server, *self.wanted)
            server.cut_from = None
            pushed(server, *self.wanted)
            assert server.state() == self.state, f"cut off {fault} request {broken_at}"
            server.forget_calls()
            pushed(server, *self.wanted)
            assert server.changes == [], f"cut off {fault} request {broken_at}"
            assert server.violations == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_push_cut_off_at_any_request_is_finished_by_the_next(fault: Fault) -> None:
    whole = Whole()
    for broken_at in range(whole.requests):
        whole.is_reached_after_a_cut(fault, broken_at)


@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_push_cut_off_is_finished_by_the_next(fault: Fault) -> None:
    whole = Whole()
    for broken_at in range(0, whole.requests, 11):
        whole.is_reached_after_a_cut(fault, broken_at)


def test_one_lost_answer_to_a_repeatable_request_is_no_failure() -> None:
    with GrafanaServer() as server:
        pushed(server, town())
        lost: list[Call] = []

        def busy_once(call: Call) -> tuple[int, object] | None:
            if call.operation == "get_dashboard_by_uid" and not lost:
                lost.append(call)
                return 503, {"message": "busy"}
            return None

        server.override = busy_once
        assert pushed(server, town())[0].steps == ()
        assert lost


def test_what_may_exist_already_is_not_sent_twice() -> None:
    with GrafanaServer() as server:
        server.override = lambda call: (503, {}) if call.operation == "create_org" else None
        with pytest.raises(FabnumError, match="503"):
            pushed(server, town())
        assert [call.operation for call in server.changes] == ["create_org"]


def test_a_grafana_that_is_off_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(FabnumError, match="does not answer"):
        version(Grafana(url, "admin", "secret"))


def test_a_wrong_password_is_said_without_the_password() -> None:
    with GrafanaServer() as server:
        server.password = "changed since"
        with pytest.raises(FabnumError) as told:
            list(Grafana(server.url, "admin", "correct horse").get("/api/user/orgs"))
        assert "secrets/grafana-admin" in told.value.action
        assert "correct horse" not in str(told.value)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, "refuses POST /api/dashboards/db: no"),
        (403, "does not allow admin"),
        (404, "does not know POST /api/dashboards/db"),
        (412, "stands against it"),
        (500, "trouble of its own"),
        (302, "another address"),
    ],
)
def test_every_refusal_is_one_sentence(status: int, cause: str) -> None:
    with GrafanaServer() as server:
        refusal = (status, {"message": f"no {TOKENS['gonesse']}"})
        server.override = lambda call: refusal if call.operation == "post_dashboard" else None
        with pytest.raises(FabnumError) as told:
            pushed(server, town())
    assert cause in told.value.cause
    assert told.value.action
    assert TOKENS["gonesse"] not in str(told.value)


def test_alerting_that_never_comes_is_given_up() -> None:
    with GrafanaServer() as server:
        refusal = (500, {"message": "none", "messageId": NOT_READY})
        server.override = lambda call: refusal if call.operation == "post_contactpoints" else None
        with pytest.raises(FabnumError, match="has not prepared the alerts"):
            pushed(server, site(MAIL))


def test_a_grafana_that_is_too_old_is_refused() -> None:
    with GrafanaServer(version="9.5.1") as server, pytest.raises(FabnumError, match=r"9\.5\.1"):
        version(Grafana(server.url, "admin", "secret"))


def test_a_grafana_that_hides_its_version_is_taken() -> None:
    with GrafanaServer(version="") as server:
        assert version(Grafana(server.url, "admin", "secret")) == ""


@contextmanager
def answering(status: int, header: str, value: str) -> Iterator[str]:
    """Yield the address of a server that always answers so, such as a proxy before Grafana."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header(header, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_password_follows_to_another_address() -> None:
    with (
        GrafanaServer() as server,
        answering(307, "Location", f"{server.url}/api/health") as url,
    ):
        with pytest.raises(FabnumError, match="another address"):
            version(Grafana(url, server.user, server.password))
        assert server.calls == []


@pytest.mark.timeout(60)
def test_a_proxy_that_asks_for_an_hour_of_patience_is_not_obeyed() -> None:
    with answering(503, "Retry-After", "3600") as url, pytest.raises(FabnumError, match="503"):
        version(Grafana(url, "admin", "secret", patience_s=0))


def test_something_else_than_grafana_is_said() -> None:
    with GrafanaServer() as server:
        server.override = lambda call: (200, ["hello"])
        with pytest.raises(FabnumError, match="is not Grafana"):
            version(Grafana(server.url, "admin", "secret"))


@pytest.mark.parametrize(
    "url",
    [
        "grafana:3000",
        "http://admin:hush@grafana",
        "ftp://grafana",
        "http://[grafana",
        "http://grafana:65536",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_said(url: str) -> None:
    with pytest.raises(FabnumError) as told:
        Grafana(url, "admin", "secret")
    assert "hush" not in str(told.value)
