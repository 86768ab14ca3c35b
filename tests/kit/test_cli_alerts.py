"""`fabnum alerts`: what fires, whether a message arrives at each address, the rules."""

import re
import time
from pathlib import Path

import pytest
from apprise import Apprise

from gateway.alerts import state
from gateway.alerts.state import Alert, State
from kit.cli import alerts
from kit.cli.init import make_keys, write_settings
from kit.errors import FabnumError
from kit.settings import DataFolder, load
from tests.gateway.alerts.receivers import Mailbox, Webhook

pytestmark = pytest.mark.usefixtures("english")

DOCS = Path(__file__).parents[2] / "docs" / "alerts.md"


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "en", ["localhost", "fabnum.local"])
    make_keys(folder, load(folder))
    return folder


def test_nothing_fires(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    alerts.show_firing(site)
    assert capsys.readouterr().out == "No alert now.\n"


def test_what_fires_is_told_with_what_to_do(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.time() - 3600
    kept = State()
    for alert in (
        Alert("silence", "gonesse_air-1", began, 1.2, fired=began + 600),
        Alert("battery", "gonesse_air-2", began, 3.3),  # it has not lasted yet
        Alert("disk", "gateway", began, 4.0, fired=began + 300),
    ):
        kept.alerts[alert.id] = alert
    state.write(site.alerts, kept)
    alerts.show_firing(site)
    said = capsys.readouterr().out
    assert said.index("Disk almost full – The gateway, since") < said.index("Silent object – air-1")
    assert "→ See whether the object has power" in said
    assert "Battery" not in said


def test_a_state_that_cannot_be_read_is_named(site: DataFolder) -> None:
    site.alerts.write_text("{")
    with pytest.raises(FabnumError, match=r"alerts\.json"):
        alerts.show_firing(site)


def test_nobody_to_tell_is_said(site: DataFolder) -> None:
    with pytest.raises(FabnumError, match="names nobody"):
        alerts.try_addresses(site)


@pytest.mark.slow
def test_each_line_says_whether_it_was_sent(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook, mailbox = Webhook(), Mailbox()
    lines = [webhook.address, "# a remark", "nonsense://hunter22", mailbox.address]
    site.keep_secret("alerts", "\n".join(lines))
    with pytest.raises(FabnumError, match="One address failed"):
        alerts.try_addresses(site)
    webhook.close()
    mailbox.close()
    assert capsys.readouterr().out == (
        "Line 1: sent.\n"
        "Line 3: not sent: it is no address that Apprise understands.\n"
        "Line 4: sent.\n"
    )
    assert webhook.subjects == ["Gonesse: test of the alerts"]
    assert mailbox.heard[0]["Subject"] == "Gonesse: test of the alerts"


def test_the_rules_are_shown_as_the_site_has_them(
    site: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FABNUM_ALERTS__RULES", '{"battery": {"limit": 2.4}, "flat": {"off": true}}')
    monkeypatch.setenv("COLUMNS", "200")
    alerts.show_rules(site)
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Battery < 2.40 V (900 s)" in said
    assert "flat" not in said
    assert "≥ 50%" in said


def test_the_addresses_of_the_documentation_are_understood() -> None:
    block = DOCS.read_text(encoding="utf-8").split("```")[1]
    shown = [line for line in block.splitlines() if line and not line.startswith("#")]
    assert len(shown) >= 5
    for address in shown:
        assert Apprise.instantiate(address.replace("TOPIC", "fabrique")) is not None, address


def test_the_documentation_has_every_rule() -> None:
    from dashboards.alerts import rules

    named = re.findall(r"^\| \*\*(.+?)\*\* `(\w+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted((rule.name["en"], rule.id) for rule in rules())
