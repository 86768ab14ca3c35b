"""Strict headers on every answer, and forms that only our own pages send."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kit.web.security import STRICT_HEADERS, StrictHeaders, is_from_our_page


async def _plain(_request: Request) -> Response:
    return PlainTextResponse("page")


async def _kept(_request: Request) -> Response:
    return PlainTextResponse("style", headers={"Cache-Control": "immutable"})


def visitor() -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route("/", _plain), Route("/kept", _kept)],
        middleware=[Middleware(StrictHeaders, cache_control="no-store")],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab")


async def test_every_answer_carries_the_strict_headers() -> None:
    async with visitor() as client:
        for path in ("/", "/kept", "/nowhere"):
            sent = (await client.get(path)).headers
            assert {name: sent.get(name) for name in STRICT_HEADERS} == STRICT_HEADERS


async def test_an_answer_that_says_how_long_it_keeps_is_left_to_it() -> None:
    async with visitor() as client:
        assert (await client.get("/")).headers["cache-control"] == "no-store"
        assert (await client.get("/kept")).headers["cache-control"] == "immutable"


def test_nothing_from_elsewhere_and_nothing_unsafe_is_allowed() -> None:
    policy = STRICT_HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("shown", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://lab"}, True),
        ({"Referer": "http://lab/o/gonesse/lampe-101"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://lab"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://evil"}, False),
        ({"Origin": "http://lab:1"}, False),
        ({"Origin": "http://lab.evil"}, False),
        ({"Origin": "http://evil", "Referer": "http://lab/"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": "http://evil/?http://lab/"}, False),
        ({"Referer": "http://[lab"}, False),
        ({"X-Nothing": "1"}, False),
    ],
)
def test_only_our_own_page_may_send_a_form(shown: dict[str, str], *, ours: bool) -> None:
    assert is_from_our_page(Headers({"Host": "lab", **shown})) is ours


@pytest.mark.parametrize("shown", [{"Origin": "null"}, {"Referer": "/"}, {"Origin": ""}, {}])
def test_a_request_without_a_host_is_from_nowhere(shown: dict[str, str]) -> None:
    for host in ({}, {"Host": ""}):
        assert not is_from_our_page(Headers({**host, **shown}))
