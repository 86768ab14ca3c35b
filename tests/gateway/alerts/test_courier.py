"""Letters arrive: by mail and web, once for each address, however often it must be tried."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from gateway import logs
from gateway.alerts import courier
from gateway.alerts.addresses import Address
from gateway.alerts.courier import FIRST_PAUSE_S, LONGEST_PAUSE_S, Courier, send
from gateway.alerts.order import NOT_UNDERSTOOD
from gateway.alerts.state import Letter
from gateway.masking import Secrets
from tests.gateway.alerts.receivers import Mailbox, Webhook

pytestmark = pytest.mark.slow  # each letter starts a process that loads all of Apprise

SITE = "Fabrique de Gonesse"
NOBODY = "json://127.0.0.1:9/alerts"
"""The port “discard”: nobody listens."""


def letter() -> Letter:
    return Letter(1.0, "Objet muet – Salle 2 (École Pasteur)", "Gonesse\n\n→ Regardez.\n")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    receiver = Webhook()
    yield receiver
    receiver.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    receiver = Mailbox()
    yield receiver
    receiver.close()


async def test_a_mail_arrives_whole(mailbox: Mailbox) -> None:
    assert await send(letter(), [Address(1, mailbox.address)], SITE) == [""]
    (mail,) = mailbox.heard
    assert mail["Subject"] == letter().subject
    assert mail["To"] == "atelier@example.org"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == letter().body.split()


async def test_a_webhook_is_told_what_kind_of_news_it_is(webhook: Webhook) -> None:
    good = letter()
    good.good_news = True
    await send(letter(), [Address(1, webhook.address)], SITE)
    await send(good, [Address(1, webhook.address)], SITE)
    assert [message["type"] for message in webhook.heard] == ["warning", "success"]
    assert webhook.heard[0]["title"] == letter().subject
    assert webhook.heard[0]["message"].split() == letter().body.split()


async def test_one_address_that_fails_keeps_nobody_else_from_the_news(webhook: Webhook) -> None:
    addresses = [Address(1, "nonsense"), Address(2, NOBODY), Address(4, webhook.address)]
    wrong, away, fine = await send(letter(), addresses, SITE)
    assert (wrong, fine) == (NOT_UNDERSTOOD, "")
    assert "onnection" in away
    assert len(webhook.heard) == 1


async def test_each_address_has_a_letter_once(webhook: Webhook) -> None:
    post, news = Courier(SITE), letter()
    addresses = [Address(1, NOBODY), Address(2, webhook.address)]
    assert await post.deliver(news, addresses, 0)
    assert not await post.deliver(news, addresses, FIRST_PAUSE_S)
    assert not await post.deliver(news, addresses, 9 * FIRST_PAUSE_S)
    assert news.done == [addresses[1].digest]
    assert len(webhook.heard) == 1


async def test_a_failed_address_is_tried_again_ever_later(webhook: Webhook) -> None:
    post, news, address = Courier(SITE), letter(), Address(1, webhook.address)
    webhook.refusing = True
    now = pause = 0.0
    for tries in range(1, 4):
        await post.deliver(news, [address], now)
        pause = FIRST_PAUSE_S * 2 ** (tries - 1)
        await post.deliver(news, [address], now + pause - 1)  # too early
        assert webhook.asked == tries
        now += pause
    webhook.refusing = False
    assert await post.deliver(news, [address], now)
    assert news.done == [address.digest]
    assert pause < LONGEST_PAUSE_S


async def test_a_failure_names_the_line_and_no_address(
    webhook: Webhook, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Secrets()
    hidden.add("mot-de-passe")
    monkeypatch.setattr(logs, "secrets", hidden)
    wrong = Address(7, "nonsense://mot-de-passe")
    with caplog.at_level(logging.WARNING):
        await Courier(SITE).deliver(letter(), [wrong], 0)
    assert "Line 7" in caplog.text
    assert "mot-de-passe" not in caplog.text


async def test_a_service_that_hangs_is_left_behind(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "PATIENCE_S", 15.0)

    async def say_nothing(_reader: object, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    slow = f"json://127.0.0.1:{port}/?cto=60&rto=60"
    reasons = await send(letter(), [Address(1, webhook.address), Address(2, slow)], SITE)
    server.close()
    assert reasons == ["", "no answer"]
