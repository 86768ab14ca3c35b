"""The alerts of a gateway: what is kept before it is told, and what no fault can hold up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.alerts import Alerts
from gateway.alerts import state as states
from gateway.alerts.machine import Snapshot, Watched
from gateway.registry import Registry
from kit import i18n
from kit.errors import FabnumError
from kit.settings import AlertRule, DataFolder, Settings, Site, Town
from kit.settings import Alerts as AlertSettings
from kit.signals import GATEWAY
from tests.gateway.alerts.receivers import Webhook
from tests.gateway.alerts.simulated import NOON

FULL: Snapshot = {GATEWAY: Watched({"broker_up": 1.0, "disk_free": 4.0})}
ROOM: Snapshot = {GATEWAY: Watched({"broker_up": 1.0, "disk_free": 40.0})}


class Gateway:
    """The alerts of one site, with a clock by hand."""

    def __init__(self, root: Path, **rules: AlertRule) -> None:
        self.folder = DataFolder(root)
        self.settings = Settings(
            site=Site(name="Fabrique"),
            towns=[Town(id="hem", name="Hem")],
            alerts=AlertSettings(rules=rules),
        )
        self.registry = Registry(self.folder.registry)
        self.now = NOON
        self.alerts = self.started()

    def started(self) -> Alerts:
        i18n.use("en")
        return Alerts(self.settings, self.folder, self.registry, clock=lambda: self.now)

    def name(self, *addresses: str) -> None:
        self.folder.keep_secret("alerts", "\n".join(addresses))

    async def pass_time(self, seconds: float, found: Snapshot) -> None:
        for _ in range(round(seconds / 30)):
            self.now += 30
            await self.alerts.look(found)
        await self.alerts.post()

    @property
    def written(self) -> states.State:
        return states.read(self.folder.alerts)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    made = Gateway(tmp_path)
    yield made
    made.registry.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    receiver = Webhook()
    yield receiver
    receiver.close()


async def test_it_begins_and_ends(gateway: Gateway, webhook: Webhook) -> None:
    gateway.name(webhook.address)
    await gateway.pass_time(600, FULL)
    assert [found.rule for found in gateway.alerts.firing()] == ["disk"]
    await gateway.pass_time(600, ROOM)
    assert gateway.alerts.firing() == []
    assert webhook.subjects == [
        "Disk almost full – The gateway",
        "Over: Disk almost full – The gateway",
    ]
    assert gateway.written == states.State()


async def test_what_fires_is_shown_also_where_nobody_is_told(gateway: Gateway) -> None:
    await gateway.pass_time(600, FULL)
    (found,) = gateway.alerts.firing()
    assert (found.rule, found.town, found.path, found.urgent) == ("disk", "", "/", True)
    assert gateway.written.letters == []


async def test_who_is_named_later_hears_of_what_fires(gateway: Gateway, webhook: Webhook) -> None:
    await gateway.pass_time(600, FULL)
    gateway.name(webhook.address)
    await gateway.pass_time(30, FULL)
    assert webhook.subjects == ["Disk almost full – The gateway"]


async def test_a_letter_is_written_down_before_it_goes_out(
    gateway: Gateway, webhook: Webhook
) -> None:
    gateway.name("json://127.0.0.1:9/")
    await gateway.pass_time(600, FULL)
    assert [letter.subject for letter in gateway.written.letters] == [
        "Disk almost full – The gateway"
    ]
    gateway.alerts = gateway.started()  # killed meanwhile
    gateway.name(webhook.address)  # and the line is corrected
    await gateway.pass_time(30, FULL)
    assert webhook.subjects == ["Disk almost full – The gateway"]
    assert gateway.written.letters == []


async def test_a_state_that_cannot_be_kept_is_told_all_the_same(
    gateway: Gateway, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.name(webhook.address)
    (gateway.folder.alerts / "in-the-way").mkdir(parents=True)
    await gateway.pass_time(600, FULL)
    assert webhook.subjects == ["Disk almost full – The gateway"]
    assert "cannot be kept" in caplog.text


async def test_a_file_of_addresses_that_cannot_be_read_is_said_once(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.name("")
    (gateway.folder.secrets / "alerts").write_bytes(b"\xff\xfe")
    await gateway.pass_time(1800, FULL)
    assert caplog.text.count("UTF-8") == 1
    assert gateway.alerts.firing()


async def test_a_rule_that_the_site_has_switched_off_says_nothing(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, disk=AlertRule(off=True))
    await gateway.pass_time(600, FULL)
    assert gateway.alerts.firing() == []
    gateway.registry.close()


def test_a_rule_that_there_is_not_is_named(tmp_path: Path) -> None:
    with pytest.raises(FabnumError, match="sunshine"):
        Gateway(tmp_path, sunshine=AlertRule(off=True))
