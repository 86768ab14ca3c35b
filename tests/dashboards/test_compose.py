"""The site with Docker: what can be held without Docker."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from kit.settings import DataFolder, Settings, load

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dashboards" / "compose"
COMPOSE = yaml.safe_load((ROOT / "dashboards" / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
ONCE = {"prepare", "influxdb-setup", "boards"}


def is_secret(name: str) -> bool:
    return bool(re.search(r"PASSWORD|TOKEN|SECRET", name))


def test_every_service_that_stays_is_watched():
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == ONCE
    assert {n for n, s in SERVICES.items() if s.get("restart") == "unless-stopped"} == (
        SERVICES.keys() - ONCE
    )


def test_nothing_starts_before_what_it_needs_is_ready():
    for name, service in SERVICES.items():
        needed = service.get("depends_on", {})
        assert needed or name == "prepare"
        for other, how in needed.items():
            ready = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == ready, (name, other)


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_files_alone(name):
    for variable in SERVICES[name].get("environment", {}):
        assert not is_secret(variable) or variable.endswith("_FILE"), variable


def test_grafana_and_influxdb_are_not_open_to_the_network():
    assert "ports" not in SERVICES["influxdb"]
    assert SERVICES["grafana"]["ports"] == ["${GRAFANA_LISTEN:-127.0.0.1}:3000:3000"]


def test_each_sees_no_secret_but_its_own():
    of_influxdb = {s for s in SERVICES if any("influxdb-sec" in v for v in SERVICES[s]["volumes"])}
    of_grafana = {s for s in SERVICES if any("grafana-sec" in v for v in SERVICES[s]["volumes"])}
    assert of_influxdb == {"prepare", "influxdb"}
    assert of_grafana == {"prepare", "grafana"}
    assert all("data:/data" not in SERVICES[name]["volumes"] for name in ("influxdb", "grafana"))


def test_images_of_others_are_of_a_version():
    images = [s["image"] for s in SERVICES.values() if "build" not in s]
    assert images
    assert all(re.search(r":\d+\.\d", image) for image in images)


def test_the_settings_it_gives_are_settings_of_the_kit(monkeypatch):
    for name, value in SERVICES["gateway"]["environment"].items():
        if name not in {"FABNUM_DATA", "FABNUM_LANG"}:
            monkeypatch.setenv(name, value)
    settings = Settings(site={"name": "Gonesse"}, towns=[{"id": "gonesse", "name": "Gonesse"}])
    assert settings.influx
    assert settings.influx.url == "http://influxdb:8086"
    assert settings.grafana
    assert settings.grafana.url == "http://grafana:3000"


def test_the_image_holds_every_folder_of_the_distribution():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]["packages"]
    copied = re.findall(r"^COPY (\w+) \w+$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    assert set(copied) == set(packages)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    assert set(packages) < kept


@pytest.fixture
def prepare(tmp_path):
    def run() -> DataFolder:
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        for program, target in {
            "fabnum": Path(sys.executable).parent / "fabnum",
            "python3": Path(sys.executable),
        }.items():
            (programs / program).unlink(missing_ok=True)
            (programs / program).write_text(f'#!/bin/sh\nexec "{target}" "$@"\n')
            (programs / program).chmod(0o755)
        environment = os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "FABNUM_DATA": str(tmp_path / "data"),
            "FABNUM_TOWN": "Gonesse",
            "FABNUM_NAMES": "fabnum.local 192.168.1.10",
            "SECRETS": str(tmp_path / "secrets"),
            "OWNER": "",
            "GRAFANA_READERS": "",
        }
        subprocess.run([FOLDER / "prepare.sh"], env=environment, check=True, cwd=tmp_path)
        return DataFolder(tmp_path / "data")

    return run


def secrets(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (path.read_text(), stat.S_IMODE(path.stat().st_mode))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "secrets" in str(path)
    }


def test_the_first_start_makes_a_site_with_passwords_that_nobody_chose(prepare, tmp_path):
    folder = prepare()
    assert load(folder).broker.names == [
        "localhost",
        "127.0.0.1",
        "fabnum.local",
        "192.168.1.10",
    ]
    made = secrets(tmp_path)
    token, _mode = made["secrets/influxdb/token"]
    password, mode = made["secrets/grafana/password"]
    assert folder.secret("influx-admin") == token.strip()
    assert folder.secret("grafana-admin") == f"fabnum:{password.strip()}"
    assert mode == 0o640
    assert all(mode & 0o007 == 0 for _text, mode in made.values())
    assert len({text.strip() for text, _mode in made.values()}) == len(made) - 1  # the token twice
    assert min(len(token), len(password)) > 40


def test_a_later_start_keeps_everything(prepare, tmp_path):
    prepare()
    made = secrets(tmp_path)
    prepare()
    assert secrets(tmp_path) == made


def test_a_start_that_was_cut_leaves_no_empty_password(prepare, tmp_path):
    prepare()
    (tmp_path / "secrets" / "grafana" / "password").write_text("")
    (tmp_path / "data" / "secrets" / "grafana-admin").unlink()
    folder = prepare()
    password = (tmp_path / "secrets" / "grafana" / "password").read_text().strip()
    assert folder.secret("grafana-admin") == f"fabnum:{password}"
    assert password
