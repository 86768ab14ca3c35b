"""Every alert, caused by the fault that it is for, told to a webhook, and over when it is over."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.living_site import LivingSite
from tests.gateway.alerts.receivers import Webhook

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

BATTERY = {"pin": 34, "ratio": 2}
RULES = {
    "broker": {"for_s": 2},
    "disk": {"for_s": 0},
    "influx": {"limit": 3, "resolved_at": 1, "counted_s": 0},
    "town": {"for_s": 1, "settle_s": 1},
    "silence": {"for_s": 4, "settle_s": 1},
    "battery": {"for_s": 1},
    "faulty": {"for_s": 2},
    "flat": {"limit": 8, "resolved_at": 4, "counted_s": 0},
    "restarts": {"limit": 20, "resolved_at": 21, "for_s": 25},
}
"""As the kit's own, but in seconds: a flat line of eight, a loop of restarts of half a minute."""


MISTAKEN = b"""
from fabnum import station

@station.every(1)
def sums():
    station.send(temperature=1000, humidity=50)

station.run()
"""
"""A program whose sums are wrong: the gateway puts such a temperature aside."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    receiver = Webhook()
    yield receiver
    receiver.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABNUM_SITE__LANGUAGES", '["en"]')
    monkeypatch.setenv("FABNUM_ALERTS__EVERY_S", "0.5")
    monkeypatch.setenv("FABNUM_ALERTS__GATHER_S", "1")
    monkeypatch.setenv("FABNUM_ALERTS__QUIET_FROM", "00:00")
    monkeypatch.setenv("FABNUM_ALERTS__QUIET_UNTIL", "00:00")
    monkeypatch.setenv("FABNUM_ALERTS__RULES", json.dumps(RULES))


@pytest.fixture
def told(site: LivingSite, webhook: Webhook) -> Webhook:
    """The receiver that the site tells; nothing is told before a test begins."""
    site.folder.keep_secret("alerts", f"# a remark\n{webhook.address}\n")
    return webhook


def wait_for(site: LivingSite, told: Webhook, heading: str, what: str, whom: str) -> str:
    """Wait until a message says under a heading what is wrong with whom; return the message."""

    def found() -> list[str]:
        parts = [body.partition(f"{heading}\n\n")[2].partition("\n\n\n")[0] for body in told.bodies]
        blocks = [part.split("\n\n") for part in parts]
        return [
            body
            for body, blocks_of_it in zip(told.bodies, blocks, strict=True)
            if any(block.startswith(what) and whom in block for block in blocks_of_it)
        ]

    site.wait_until(found, f"{heading}: {what}, {whom} is told")
    return found()[0]


def test_what_is_wrong_with_an_object_is_told_and_then_that_it_is_over(
    site: LivingSite, told: Webhook
) -> None:
    battery = {**BATTERY, "days": 60}
    silent, flat, _wrong, empty = [
        site.add(f"climate-{number}", settings={"battery": BATTERY}, battery=battery, main=main)
        for number, main in enumerate((None, None, MISTAKEN, None), 1)
    ]
    broken = site.add("garden-1")
    for number in range(5, 8):
        site.add(f"climate-{number}")
    site.begin()
    silent.control(wifi=False)
    flat.control(parts={"sht31": {"stuck": True}})
    broken.control(parts={"bh1750": {"out_of_range": True}})
    empty.control(room={"battery": 3.31})
    tell(site, "climate-4")
    message = wait_for(site, told, "NEW", "Silent object", "climate-1 (École Pasteur)")
    assert f"{site.settings.pages_address}/o/gonesse/climate-1\n" in message
    wait_for(site, told, "NEW", "Reading that never changes", "climate-2")
    wait_for(site, told, "NEW", "Impossible readings", "climate-3")
    wait_for(site, told, "NEW", "Sensor out of order", "garden-1")
    message = wait_for(site, told, "NEW", "Battery almost empty", "climate-4")
    assert "Battery 3.31 V" in message.replace("\u00a0", " ")

    silent.control(wifi=True)
    flat.control(parts={"sht31": {"stuck": False}})
    broken.control(parts={"bh1750": {"out_of_range": False}})
    empty.control(room={"battery": 4.1})
    tell(site, "climate-4")
    wait_for(site, told, "OVER", "Silent object", "climate-1")
    wait_for(site, told, "OVER", "Reading that never changes", "climate-2")
    wait_for(site, told, "OVER", "Battery almost empty", "climate-4")
    wait_for(site, told, "OVER", "Sensor out of order", "garden-1")
    everything = "".join(told.bodies)
    for healthy in ("climate-5", "climate-6", "climate-7"):
        assert healthy not in everything
    fires = site.cli("alerts")
    assert (fires.returncode, fires.stderr) == (0, "")
    assert "Impossible readings – climate-3 (École Pasteur), Gonesse" in fires.stdout
    assert "climate-1" not in fires.stdout


def tell(site: LivingSite, name: str) -> None:
    """Have an object tell how it is now: by itself it does every ten minutes."""
    answer = site.cli("send", name, "report")
    assert answer.returncode == 0, answer.stderr
