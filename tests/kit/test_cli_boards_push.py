"""`fabnum boards push`: the whole command, with the boards of the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import i18n
from kit.cli import run
from kit.cli.exits import EXPECTED_FAILURE
from kit.settings import DataFolder
from tests.dashboards.grafana_server import GrafanaServer

pytestmark = pytest.mark.usefixtures("english")

SECRETS = {
    "influx-token": "writer-token==",
    "influx-read-gonesse": "token-of-gonesse==",
    "influx-read-hem": "reader:password-of-hem",
    "influx-read-_site": "token-of-the-site==",
    "grafana-alerts": "someone@example.org\n",
}


@pytest.fixture
def grafana() -> Iterator[GrafanaServer]:
    """Return a running Grafana."""
    with GrafanaServer(ready_after=0) as server:
        yield server
    assert server.violations == []


@pytest.fixture
def site(tmp_path: Path, grafana: GrafanaServer) -> DataFolder:
    """Return a site of two towns that has everything."""
    folder = DataFolder(tmp_path)
    folder.settings.write_text(
        f"""
        [site]
        name = "Fablab du Val"
        languages = ["fr"]
        [[towns]]
        id = "gonesse"
        name = "Gonesse"
        [[towns]]
        id = "hem"
        name = "Hem"
        [influx]
        url = "http://127.0.0.1:8086"
        [grafana]
        url = "{grafana.url}"
        influx_url = "http://influx:8086"
        """
    )
    for name, value in {**SECRETS, "grafana-admin": f"{grafana.user}:{grafana.password}"}.items():
        folder.keep_secret(name, value)
    return folder


def push(site: DataFolder, *options: str) -> int:
    """Run the command and return its exit code."""
    return run(["boards", "push", "--data", str(site.root), *options])


def test_a_site_is_pushed_once_and_then_unchanged(
    site: DataFolder, grafana: GrafanaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push(site) == 0
    assert {"Fablab du Val", "Gonesse", "Hem"} <= grafana.state().keys()
    source = grafana.place("Hem").data_sources["fabnum"]
    assert (source["url"], source["user"]) == ("http://influx:8086", "reader")
    assert grafana.place("Hem").secrets == {"fabnum": {"password": "password-of-hem"}}
    assert "/public-dashboards/" in capsys.readouterr().out
    grafana.forget_calls()
    assert push(site) == 0
    assert grafana.changes == []
    assert "Nothing to change" in capsys.readouterr().out


def test_nothing_secret_is_printed(
    site: DataFolder, grafana: GrafanaServer, capfd: pytest.CaptureFixture[str]
) -> None:
    push(site, "--dry-run")
    push(site)
    site.keep_secret("grafana-alerts", "another@example.org")
    push(site)
    out, err = capfd.readouterr()
    secrets = [*SECRETS.values(), "password-of-hem", grafana.password, "another@example.org"]
    assert not any(secret.strip() in out + err for secret in secrets)


def test_a_dry_run_changes_nothing_anywhere(
    site: DataFolder, grafana: GrafanaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(path.name for path in site.secrets.iterdir())
    assert push(site, "--dry-run") == 0
    assert grafana.changes == []
    assert "Nothing was changed" in capsys.readouterr().out
    assert sorted(path.name for path in site.secrets.iterdir()) == files


def test_one_town_alone_can_be_pushed(site: DataFolder, grafana: GrafanaServer) -> None:
    assert push(site, "--town", "gonesse") == 0
    assert grafana.state().keys() == {"Main Org.", "Gonesse"}


def test_names_in_grafana_do_not_follow_the_shell(site: DataFolder, grafana: GrafanaServer) -> None:
    i18n.use("fr")
    assert push(site) == 0
    i18n.use("en")
    grafana.forget_calls()
    assert push(site) == 0
    assert grafana.changes == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("grafana-admin", "", "user:password"),
        ("grafana-admin", "no colon", "user:password"),
        ("influx-read-hem", "", "fabnum influx setup"),
    ],
)
def test_a_secret_that_is_missing_is_said(
    site: DataFolder, capsys: pytest.CaptureFixture[str], name: str, value: str, said: str
) -> None:
    site.keep_secret(name, value)
    assert push(site) == EXPECTED_FAILURE
    assert said in capsys.readouterr().err


def test_an_influxdb_without_accounts_needs_no_secret(
    site: DataFolder, grafana: GrafanaServer
) -> None:
    for name in ("influx-token", "influx-read-gonesse", "influx-read-hem", "influx-read-_site"):
        (site.secrets / name).unlink()
    assert push(site) == 0
    assert grafana.place("Hem").secrets == {"fabnum": {}}
    grafana.forget_calls()
    assert push(site) == 0
    assert grafana.changes == []


def test_a_town_that_is_not_there_is_said(
    site: DataFolder, grafana: GrafanaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push(site, "--town", "paris") == EXPECTED_FAILURE
    assert "gonesse, hem" in capsys.readouterr().err
    assert push(site, "--town", "_site") == EXPECTED_FAILURE
    assert grafana.calls == []


def test_a_site_without_grafana_is_told_so(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    text = site.settings.read_text().partition("[grafana]")[0]
    site.settings.write_text(text)
    assert push(site) == EXPECTED_FAILURE
    assert "[grafana]" in capsys.readouterr().err


def test_a_site_that_is_called_as_its_town_gets_another_name(
    site: DataFolder, grafana: GrafanaServer
) -> None:
    site.settings.write_text(site.settings.read_text().replace("Fablab du Val", "Gonesse"))
    assert push(site) == 0
    source = grafana.place("Gonesse").data_sources["fabnum"]
    assert source["jsonData"]["dbName"] == "fabnum_gonesse"
    assert len(grafana.state()) == 4
