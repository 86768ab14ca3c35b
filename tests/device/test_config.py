"""A configuration is right, or one French sentence says what is wrong; nothing is overwritten."""

import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fabnum import config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GOOD = {
    "town": "ville",
    "device": "air-01",
    "build": "air",
    "wifi": [{"ssid": "Atelier", "password": "secret-word"}],
    "broker": {"host": "192.168.1.10", "port": 8883, "user": "ville_air-01", "password": "pass"},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(config, "FOLDER", str(tmp_path))
    config.forget()
    yield
    config.forget()


def write(tmp_path: Path, content: Any, name: str = "config.json") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    config.forget()
    return path


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    loaded = config.load()
    assert loaded["deployed"] is False
    assert loaded["period"] is None
    assert loaded["broker"]["tls"] is True
    assert loaded["settings"] == {}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"town": "Ville !"}, "town"),
        ({"device": "x" * 33}, "device"),
        ({"build": None}, "build"),
        ({"wifi": {"ssid": "Atelier"}}, "wifi"),
        ({"wifi": [{"ssid": ""}]}, "wifi"),
        ({"wifi": [{"ssid": "Atelier", "password": 12345678}]}, "wifi"),
        ({"broker": "192.168.1.10"}, "broker"),
        ({"broker": {"host": ""}}, "broker.host"),
        ({"broker": {"host": "a", "port": "8883"}}, "broker.port"),
        ({"broker": {"host": "a", "port": 0}}, "broker.port"),
        ({"broker": {"host": "a", "tls": "yes"}}, "broker.tls"),
        ({"broker": {"host": "a", "password": 3}}, "broker.password"),
        ({"period": 0}, "period"),
        ({"period": True}, "period"),
        ({"ntp": None}, "ntp"),
        ({"deployed": 1}, "deployed"),
        ({"settings": []}, "settings"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, change: dict[str, Any], place: str
) -> None:
    write(tmp_path, {**GOOD, **change})
    with pytest.raises(config.ConfigError, match=f"« {place} »"):
        config.load()


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "{'town': 'ville'}"])
def test_what_is_no_json_object_is_said(tmp_path: Path, content: str) -> None:
    write(tmp_path, content)
    with pytest.raises(config.ConfigError, match=r"config\.json"):
        config.load()


def test_missing_files_are_said() -> None:
    for read in (config.load, config.load_build, config.authority):
        with pytest.raises(config.ConfigError, match="manque"):
            read()


def test_a_mistake_never_says_a_password(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "deployed": "secret-word"})
    with pytest.raises(config.ConfigError) as error:
        config.load()
    assert "secret-word" not in str(error.value)


@given(content=json_values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_right_or_answered_with_a_sentence(tmp_path: Path, content: Any) -> None:
    write(tmp_path, content)
    with pytest.raises(config.ConfigError):
        config.load()


@given(key=st.sampled_from(sorted({*GOOD, "period", "ntp", "deployed"})), value=json_values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_of_a_key_is_right_or_answered_with_a_sentence(
    tmp_path: Path, key: str, value: Any
) -> None:
    write(tmp_path, {**GOOD, key: value})
    try:
        loaded = config.load()
    except config.ConfigError as error:
        assert f"« {key}" in str(error)
    else:
        assert set(loaded["town"]) <= set(string.ascii_lowercase + string.digits + "-")


def test_a_change_keeps_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, {**GOOD, "note": "kept"})
    config.update({"deployed": True})
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["deployed"] is True
    assert written["note"] == "kept"
    assert config.load()["deployed"] is True
    assert [file.name for file in tmp_path.iterdir()] == ["config.json"]


def test_a_broken_file_and_a_wrong_change_leave_everything_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "{ mine to mend")
    with pytest.raises(config.ConfigError):
        config.update({"deployed": True})
    assert path.read_text(encoding="utf-8") == "{ mine to mend"
    path = write(tmp_path, GOOD)
    with pytest.raises(config.ConfigError):
        config.update({"period": -1})
    assert json.loads(path.read_text(encoding="utf-8")) == GOOD
