"""What alerts remember: whole or not at all, for this user only."""

import contextlib
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alerts import state as states
from gateway.alerts.state import Alert, Letter, State

SOME = State(
    alerts={"battery hem_air-1": Alert("battery", "hem_air-1", 1.0, 3.3, fired=2.0, told=3.0)},
    ended={"disk gateway": Alert("disk", "gateway", 1.0, 4.0, fired=2.0, told=3.0, ended=4.0)},
    letters=[Letter(5.0, "Pile – air-1", "…", done=["12345678"])],
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alerts.json"


def test_what_was_written_is_read(path: Path) -> None:
    states.write(path, SOME)
    assert states.read(path) == SOME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_means_nothing_is_known(path: Path) -> None:
    assert states.read(path) == State()


@given(st.binary(max_size=200))
def test_no_file_can_stop_the_gateway(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        states.decode(content)


def test_a_damaged_file_is_put_aside(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    states.write(path, SOME)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert states.read(path) == State()
    assert not path.exists()
    assert path.with_name("alerts.json.damaged").read_bytes() == whole[: len(whole) // 2]
    assert "alerts.json" in caplog.text


def test_a_file_of_another_version_is_put_aside(path: Path) -> None:
    path.write_bytes(msgspec.json.encode({"version": 99, "alerts": {}}))
    assert states.read(path) == State()
    assert not path.exists()
