"""What a visitor may write on the board's own page, and what becomes of it in config.json."""

from typing import Any

import pytest
from fabnum import checks
from fabnum.config import ConfigError
from fabnum.setup import form, networks
from fabnum.setup.form import FormError
from hypothesis import given
from hypothesis import strategies as st

BROKER = {"host": "192.168.1.10", "port": 8883, "tls": True, "user": "u", "password": "secret"}
OPEN, WPA2, ENTERPRISE = 0, 3, 5
MAC = bytes(6)
AIR = networks.seen(
    [
        (b"box", MAC, 1, -50, WPA2, False),
        (b"hall", MAC, 6, -70, OPEN, False),
        (b"school", MAC, 6, -75, ENTERPRISE, False),
        (b"home", MAC, 6, -80, WPA2, False),
    ]
)


def changes(known: list[dict[str, str]] | None = None, **fields: str) -> dict[str, Any]:
    return form.changes(fields, {"wifi": known or [], "broker": BROKER}, AIR)


def wifi(known: list[dict[str, str]] | None = None, **fields: str) -> list[dict[str, str]]:
    changed = changes(known, **fields)
    assert changed["broker"] == BROKER
    result: list[dict[str, str]] = changed["wifi"]
    return result


def test_the_new_network_comes_first_and_the_others_stay() -> None:
    known = [{"ssid": "home", "password": "at-home-1"}, {"ssid": "box", "password": "old-one-1"}]
    assert wifi(known, ssid="box", key="new-one-1") == [
        {"ssid": "box", "password": "new-one-1"},
        {"ssid": "home", "password": "at-home-1"},
    ]


def test_not_more_than_five_networks_are_kept() -> None:
    known = [{"ssid": f"n{i}", "password": "x" * 8} for i in range(5)]
    kept = wifi(known, ssid="box", key="password")
    assert [network["ssid"] for network in kept] == ["box", "n0", "n1", "n2", "n3"]


def test_a_known_network_keeps_its_password() -> None:
    known = [{"ssid": "home", "password": "at-home-1"}]
    assert wifi(known, ssid="home", key="") == known
    assert wifi([{"ssid": "far", "password": "far-far-1"}], name="far", key="")[0] == {
        "ssid": "far",
        "password": "far-far-1",
    }


def test_a_password_that_was_refused_is_not_kept() -> None:
    settings = {"wifi": [{"ssid": "home", "password": "wrong-one"}], "broker": BROKER}
    with pytest.raises(FormError) as error:
        form.changes({"ssid": "home", "key": ""}, settings, AIR, refused="home")
    assert error.value.word == "key-missing"


def test_an_open_network_gets_no_password_even_if_one_was_written() -> None:
    assert wifi(ssid="hall", key="useless-1") == [{"ssid": "hall", "password": ""}]


def test_a_hidden_network_is_taken_by_its_name() -> None:
    assert wifi(name="cachée", key="password") == [{"ssid": "cachée", "password": "password"}]
    assert wifi(name="cachée", key="") == [{"ssid": "cachée", "password": ""}]


def test_the_broker_alone_can_be_changed_and_the_rest_stays() -> None:
    changed = changes(host="10.0.0.2", port="1883")
    assert changed == {"broker": {**BROKER, "host": "10.0.0.2", "port": 1883}}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "name-missing"),
        ({"key": "password"}, "name-missing"),
        ({"host": BROKER["host"], "port": "8883"}, "name-missing"),
        ({"ssid": "box", "name": "other", "key": "password"}, "name-both"),
        ({"name": "é" * 17, "key": "password"}, "name-wrong"),
        ({"name": "a\nb", "key": "password"}, "name-wrong"),
        ({"ssid": "school", "key": "password"}, "name-login"),
        ({"ssid": "box", "key": ""}, "key-missing"),
        ({"ssid": "box", "key": "1234567"}, "key-wrong"),
        ({"ssid": "box", "key": "x" * 64}, "key-wrong"),
        ({"ssid": "box", "key": "pass\x00word"}, "key-wrong"),
        ({"ssid": "box", "key": "password", "host": ""}, "host-wrong"),
        ({"ssid": "box", "key": "password", "host": "http://a"}, "host-wrong"),
        ({"ssid": "box", "key": "password", "host": "a b"}, "host-wrong"),
        ({"ssid": "box", "key": "password", "host": "a" * 254}, "host-wrong"),
        ({"ssid": "box", "key": "password", "port": "0"}, "port-wrong"),
        ({"ssid": "box", "key": "password", "port": "65536"}, "port-wrong"),
        ({"ssid": "box", "key": "password", "port": "9" * 5000}, "port-wrong"),
        ({"ssid": "box", "key": "password", "port": "-1"}, "port-wrong"),
    ],
)
def test_each_mistake_has_its_word(fields: dict[str, str], word: str) -> None:
    with pytest.raises(FormError) as error:
        changes(**fields)
    assert error.value.word == word


@pytest.mark.parametrize("key", ["x" * 8, "x" * 63, "0123456789abcdefABCDEF" * 2 + "0" * 20])
def test_passwords_of_the_standard_are_taken(key: str) -> None:
    assert wifi(ssid="box", key=key)[0]["password"] == key


@given(
    st.fixed_dictionaries(
        {},
        optional={
            key: st.one_of(st.text(max_size=70), st.sampled_from(["box", "home", "8883", "a.b"]))
            for key in ("ssid", "name", "key", "host", "port")
        },
    )
)
def test_whatever_is_written_the_configuration_stays_one_that_can_be_used(
    fields: dict[str, str],
) -> None:
    settings = {
        "town": "ville",
        "device": "lampe",
        "build": "lamp",
        "wifi": [{"ssid": "home", "password": "at-home-1"}],
        "broker": BROKER,
    }
    try:
        changed = form.changes(fields, settings, AIR)
    except FormError:
        return
    checks.checked_config({**settings, **changed})


def test_the_networks_are_listed_once_strongest_first_and_only_those_to_be_read() -> None:
    points = [
        (b"weak", MAC, 1, -90, WPA2, False),
        (b"twice", MAC, 1, -80, WPA2, False),
        (b"", MAC, 1, -20, WPA2, False),
        (b"\xff\xfe", MAC, 1, -20, WPA2, False),
        (b"bell\x07", MAC, 1, -20, WPA2, False),
        (b"twice", MAC, 6, -50, WPA2, False),
        (b"fair", MAC, 6, -65, OPEN, False),
    ]
    seen = networks.seen(points)
    assert [(network.ssid, network.strength) for network in seen] == [
        ("twice", 3),
        ("fair", 2),
        ("weak", 1),
    ]
    assert [network.is_open for network in seen] == [False, True, False]


def test_a_crowd_of_networks_is_cut() -> None:
    crowd = [(b"%d" % i, MAC, 1, -i, WPA2, False) for i in range(80)]
    assert len(networks.seen(crowd)) == 16


@pytest.mark.parametrize("code", [None, "12345678", "x" * 63])
def test_a_setup_code_is_a_password_or_nothing(code: str | None) -> None:
    config = {"town": "v", "device": "d", "build": "lamp", "wifi": [], "broker": BROKER}
    assert checks.checked_config({**config, "setup_code": code})["setup_code"] == code
    assert checks.checked_config(config)["setup_code"] is None


@pytest.mark.parametrize("code", ["", "1234567", "x" * 64, "é" * 8, 12345678])
def test_a_setup_code_that_no_phone_could_type_is_refused(code: object) -> None:
    config = {"town": "v", "device": "d", "build": "lamp", "wifi": [], "broker": BROKER}
    with pytest.raises(ConfigError, match="setup_code"):
        checks.checked_config({**config, "setup_code": code})
