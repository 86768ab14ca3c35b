"""The command line: what it makes, and how it fails."""

import json
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry import Registry
from gateway.web.words import Words
from kit import cli, i18n
from kit.catalogue import load_build
from kit.cli.send import arguments
from kit.cli.watch import sentences
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import DataFolder


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_current", type(i18n._current)("language", default="en"))


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    assert run("init", "--town", "Gonesse", "--languages", "fr,en", folder=folder) == 0
    capsys.readouterr()
    return folder


def run(*words: str, folder: DataFolder) -> int:
    return cli.run([*words, "--data", str(folder.root)])


def add(site: DataFolder, name: str, build: str, config: Path) -> int:
    words = ["--build", build, "--place", "École Pasteur", "--config", str(config)]
    return run("devices", "add", name, *words, folder=site)


def kept_files(folder: DataFolder) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and path.suffix in {"", ".key", ".pem", ".toml"}
    }


def test_init_run_again_keeps_everything(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = kept_files(site)
    assert len(before) > 4
    assert run("init", "--town", "Hem", folder=site) == 0
    assert kept_files(site) == before
    assert "I keep it" in capsys.readouterr().out


def test_what_is_secret_is_closed_to_others(site: DataFolder) -> None:
    for path in [*site.secrets.iterdir(), *site.authority.glob("*.key")]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_an_object_is_added_with_a_password_that_stands_in_one_file_only(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "air-01.json"
    assert add(site, "air-01", "air", config) == 0
    content = json.loads(config.read_text(encoding="utf-8"))
    password = content["broker"]["password"]
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert password not in capsys.readouterr().out
    assert not any(
        password.encode() in path.read_bytes() for path in site.root.rglob("*") if path.is_file()
    )
    assert content["broker"]["host"] not in ("localhost", "127.0.0.1")


def test_nothing_is_enrolled_when_its_file_cannot_be_written(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site, "air-01", "air", tmp_path / "no" / "folder.json") == 2
    assert "cannot be written" in capsys.readouterr().err
    assert Registry(site.registry).all() == []


def test_no_file_stays_behind_when_an_object_cannot_be_enrolled(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "air-01.json"
    assert add(site, "air-01", "toaster", config) == 2
    assert "toaster" in capsys.readouterr().err
    assert not config.exists()


def test_a_configuration_is_never_written_over(site: DataFolder, tmp_path: Path) -> None:
    config = tmp_path / "air-01.json"
    config.write_text("mine", encoding="utf-8")
    assert add(site, "air-01", "air", config) == 2
    assert config.read_text(encoding="utf-8") == "mine"


def test_a_revoked_object_stays_in_the_list(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(site, "air-01", "air", tmp_path / "a.json")
    assert run("devices", "revoke", "air-01", folder=site) == 0
    capsys.readouterr()
    assert run("devices", folder=site) == 0
    assert "ended" in capsys.readouterr().out


def test_rotating_changes_the_password(site: DataFolder, tmp_path: Path) -> None:
    add(site, "air-01", "air", tmp_path / "a.json")
    assert (
        run("devices", "rotate", "air-01", "--config", str(tmp_path / "b.json"), folder=site) == 0
    )
    first, second = (json.loads((tmp_path / name).read_bytes()) for name in ("a.json", "b.json"))
    assert first["broker"].pop("password") != second["broker"].pop("password")
    assert first == second


def test_only_a_lamp_follows_and_only_what_is_measured(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(site, "air-01", "air", tmp_path / "a.json")
    add(site, "lamp-01", "lamp", tmp_path / "l.json")
    assert run("devices", "follow", "air-01", "lamp-01/brightness", folder=site) == 2
    assert run("devices", "follow", "lamp-01", "air-01/noise", folder=site) == 2
    assert "co2" in capsys.readouterr().err
    assert run("devices", "follow", "lamp-01", "air-02/co2", folder=site) == 2
    assert run("devices", "follow", "lamp-01", "air-01/co2", folder=site) == 0
    registry = Registry(site.registry)
    lamp = registry.find(DeviceKey("gonesse", "lamp-01"))
    assert lamp is not None
    assert lamp.follow == "air-01/co2"
    assert run("devices", "follow", "lamp-01", "none", folder=site) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["devices", "revoke", "air-99"], "air-99"),
        (["devices", "revoke", "Air 1"], "Air 1"),
        (["devices", "revoke", "hem/air-1"], "no town"),
        (["devices", "--colour"], "--colour"),
        (["send", "lamp-01", "colour", "red"], "name=value"),
        (["watch"], "broker does not answer"),
        (["dance"], "dance"),
    ],
)
def test_an_expected_failure_is_a_sentence_and_an_action(
    site: DataFolder, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(*words, folder=site) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "→ " in error
    assert "Traceback" not in error


def test_a_fault_of_the_kit_keeps_its_traceback(
    site: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kit.cli.devices.show_list", lambda _folder: 1 // 0)
    assert run("devices", folder=site) == 1
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error
    assert "not yours" in error


def test_the_systemd_unit_is_one(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("up", "--systemd", folder=site) == 0
    unit = capsys.readouterr().out
    assert f'up --data "{site.root}"' in unit
    assert "[Install]" in unit


def test_arguments_are_read_as_pairs() -> None:
    assert arguments(["colour=#00ff80", "text=a=b"]) == {"colour": "#00ff80", "text": "a=b"}


@given(st.lists(st.text()))
def test_any_words_are_arguments_or_a_sentence(words: list[str]) -> None:
    try:
        assert len(arguments(words)) <= len(words)
    except FabnumError as failure:
        assert failure.action


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from(["telemetry", "about", "status", "event", "ack"]), json_values)
def test_whatever_an_object_says_can_be_shown(leaf: str, content: object) -> None:
    lines = sentences(leaf, content, load_build("air"), Words("Europe/Paris"))
    assert all(isinstance(line, str) for line in lines)


def test_a_reading_is_shown_in_words() -> None:
    frame = {"boot": "5f3a", "seq": 1, "t": 1763700000, "values": {"co2": 912.4}}
    assert sentences("telemetry", frame, load_build("air"), Words("Europe/Paris")) == [
        "CO₂ 912\u00a0ppm"
    ]


# --- the wrapper ---------------------------------------------------------------------------------

WRAPPER = Path(__file__).resolve().parents[2] / "fabnum"


def wrapper(tmp_path: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the wrapper as a stranger would, with that Python."""
    copy = tmp_path / "fabnum"
    copy.write_bytes(WRAPPER.read_bytes())
    copy.chmod(0o755)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    return subprocess.run(
        [copy, "demo"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "FABNUM_PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wrapper_without_python_says_what_to_install(tmp_path: Path) -> None:
    result = wrapper(tmp_path, "no-such-python")
    assert result.returncode == 2
    assert "apt-get install python3" in result.stderr


def test_the_wrapper_says_when_python_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    old.chmod(0o755)
    result = wrapper(tmp_path, "old-python")
    assert result.returncode == 2
    assert "trop ancien" in result.stderr
