"""Every alert, caused by the fault that it is for, told to a webhook, and over when it is over."""

import datetime as dt
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.broker import authority
from gateway.broker.authority import Authority
from kit.signals import SITE
from tests.e2e.living_site import LivingSite
from tests.gateway.alerts.receivers import Webhook
from tests.gateway.broker_site import MOSQUITTO
from tests.gateway.influx_servers import Influxd, needs_influxd, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

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
    site.wait_until(lambda: told_of(told, heading, what, whom), f"{heading}: {what}, {whom}")
    return told_of(told, heading, what, whom)[0]


def told_of(told: Webhook, heading: str, what: str, whom: str) -> list[str]:
    """Return the messages that say under a heading what is wrong with whom."""

    def says_so(body: str) -> bool:
        section = body.partition(f"{heading}\n\n")[2].partition("\n\n\n")[0]
        return any(p.startswith(what) and whom in p for p in section.split("\n\n"))

    return [body for body in told.bodies if says_so(body)]


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


def test_readings_that_are_dropped_and_endless_restarts_are_told(
    site: LivingSite, told: Webhook
) -> None:
    forgetful, restarting, _healthy = (site.add(f"climate-{number}") for number in range(1, 4))
    site.begin()
    site.wait_until(lambda: site.leaf("climate-1", "status").get("state") == "ready", "it is ready")
    # Without network and power nobody tells it the time: what it measures then has none.
    forgetful.cut_power()
    forgetful.control(wifi=False)
    forgetful.start()
    measured = len(forgetful.ledger())
    forgetful.wait_for(lambda twin: len(twin.ledger()) >= measured + 3)
    forgetful.cut_power()
    forgetful.control(wifi=True)
    boot = site.leaf("climate-1", "about")["boot"]
    forgetful.start()
    site.wait_until(lambda: site.leaf("climate-1", "about")["boot"] != boot, "it is back")
    site.wait_until(lambda: forgetful.dropped() >= 3, "it has given them up")
    tell(site, "climate-1")
    wait_for(site, told, "NEW", "Readings lost", "climate-1")

    def restarts() -> bool:
        boot = site.leaf("climate-2", "about").get("boot")
        restarting.cut_power()
        restarting.start()
        site.wait_until(lambda: site.leaf("climate-2", "about").get("boot") != boot, "it is back")
        return bool(told_of(told, "NEW", "Restarts again and again", "climate-2"))

    site.wait_until(restarts, "its restarts are told")
    wait_for(site, told, "OVER", "Restarts again and again", "climate-2")
    assert "climate-3" not in "".join(told.bodies)


def test_one_alert_stands_for_all_the_silent_objects_of_a_town(
    site: LivingSite, told: Webhook
) -> None:
    for number in range(1, 6):
        site.add(f"climate-{number}")
    site.begin()
    for number in range(1, 5):
        site.twins[f"climate-{number}"].control(wifi=False)
    wait_for(site, told, "NEW", "Many silent objects", "Gonesse")
    for number in range(1, 5):
        site.twins[f"climate-{number}"].control(wifi=True)
    wait_for(site, told, "OVER", "Many silent objects", "Gonesse")
    assert "Silent object" not in "".join(told.bodies)


@pytest.mark.servers
@pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed")
@pytest.mark.parametrize("broker", ["mosquitto"])
def test_a_broker_that_is_away_is_told_and_no_object_is_blamed(
    site: LivingSite, told: Webhook
) -> None:
    site.add("climate-1")
    site.add("climate-2")
    site.begin()
    assert site.mosquitto is not None
    site.mosquitto.stop()
    wait_for(site, told, "NEW", "Broker away", "The gateway")
    wait_until_all_are_late(site)
    site.mosquitto.start()
    wait_for(site, told, "OVER", "Broker away", "The gateway")
    site.wait_for_stored(10)
    assert told.subjects == ["Broker away – The gateway", "Over: Broker away – The gateway"]


def test_a_gateway_that_is_killed_tells_everything_and_nothing_twice(
    site: LivingSite, told: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A board that finds no broker pauses for up to 20 s, and nats-server for 10 s more.
    # What it said before it knew the time comes again with every start of the gateway.
    patient = {"silence": {"for_s": 4, "settle_s": 45}, "restarts": {"off": True}}
    monkeypatch.setenv("FABNUM_ALERTS__RULES", json.dumps(RULES | patient))
    silent = site.add("climate-1")
    site.add("climate-2")
    site.add("climate-3")
    site.begin()
    told.refusing = True
    silent.control(wifi=False)
    site.wait_until(lambda: told.asked, "it tries to tell")
    site.kill()  # the message is written, and reached nobody
    wait_until_all_are_late(site)
    told.refusing = False
    site.start()
    wait_for(site, told, "NEW", "Silent object", "climate-1")
    # Killed in between, it would say it again rather than never.
    site.wait_until(lambda: not json.loads(site.folder.alerts.read_bytes())["letters"], "it knows")
    for _ in range(3):
        site.kill()
        site.start()
        site.wait_until_healthy()
        site.wait_for_stored(4)
    site.kill()
    wait_until_all_are_late(site)  # its own absence is nobody's silence
    site.start()
    site.wait_until_healthy()
    silent.control(wifi=True)
    wait_for(site, told, "OVER", "Silent object", "climate-1")
    assert [subject.partition(" (")[0] for subject in told.subjects] == [
        "Silent object – climate-1",
        "Over: Silent object – climate-1",
    ]


def wait_until_all_are_late(site: LivingSite) -> None:
    """Wait for longer than any object of the site may be silent, and for its alert besides."""
    newest = site.ask(
        "SELECT max(time) FROM frames WHERE device IN (SELECT id FROM devices WHERE town <> ?)",
        SITE,
    )[0][0]
    until(lambda: time.time() - newest > 3 + 15 + 4 + 8, "nobody was heard for long")


class TestOfTheGateway:
    """What the gateway tells of itself."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Influxd]:
        made = Influxd(tmp_path / "influx")
        yield made
        made.stop()

    @pytest.fixture
    def influx(self, server: Influxd) -> str:
        return server.url

    @pytest.fixture
    def small_disk(self, tmp_path: Path) -> Iterator[Path]:
        folder = tmp_path / "data"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "fabnum-test", str(folder)]
        if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
            pytest.skip("only root can mount a small disk")
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)

    @pytest.mark.servers
    @needs_influxd
    def test_disk_certificate_and_influxdb_are_told_and_over_when_mended(
        self,
        small_disk: Path,
        server: Influxd,
        site: LivingSite,
        told: Webhook,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        server.start()
        site.add("climate-1")
        site.begin()
        server.stop()
        wait_for(site, told, "NEW", "InfluxDB lags behind", "The gateway")
        server.start()
        wait_for(site, told, "OVER", "InfluxDB lags behind", "The gateway")

        filler = small_disk / "filler"
        room = shutil.disk_usage(small_disk).free
        filler.write_bytes(bytes(int(room - 0.06 * 64 * 2**20)))
        wait_for(site, told, "NEW", "Disk almost full", "The gateway")
        filler.unlink()
        wait_for(site, told, "OVER", "Disk almost full", "The gateway")

        end_certificate_in(site, monkeypatch, days=59)
        message = wait_for(site, told, "NEW", "Certificate ending soon", "The gateway")
        assert "59 days" in message
        site.end(signal.SIGTERM)  # what the message says: start it again
        site.start()
        wait_for(site, told, "OVER", "Certificate ending soon", "The gateway")


def end_certificate_in(site: LivingSite, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Put a certificate of the site's own authority in the place of the broker's."""
    monkeypatch.setattr(authority, "SERVER_LIFETIME", dt.timedelta(days=days, hours=1))
    Authority(site.folder).server_key.unlink()
    Authority(site.folder).ensure(site.settings.broker)
