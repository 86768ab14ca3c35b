"""The configuration that nats-server gets."""

import asyncio
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.broker import nats
from gateway.broker.credentials import hash_password
from gateway.broker.rights import users
from gateway.broker.supervisor import _require_accepted
from gateway.registry import Device
from kit.errors import FabnumError
from kit.names import is_slug
from kit.settings import Broker
from tests.gateway.broker_site import an_object

FILES = nats.Files(Path("/data/broker"), Path("/data/ca/server.pem"), Path("/data/ca/server.key"))
GATEWAY = hash_password("gateway's")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)

any_text = st.text(st.characters(codec="utf-8"), max_size=40)
slugs = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)


def render(*devices: Device) -> str:
    return nats.render(Broker(), FILES, users(list(devices), GATEWAY))


def strings(text: str) -> list[str]:
    """Read the quoted strings back, by the rules of the configuration language."""
    return [
        re.sub(r"\\(.)", r"\1", found)
        for found in STRING.findall(re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE))
    ]


def test_a_device_has_exactly_its_rights() -> None:
    text = render(an_object("lamp-1"))
    block = text[text.index('user: "gonesse_lamp-1"') :]
    assert strings(block[block.index("publish") : block.index("subscribe")]) == [
        "fabnum.1.gonesse.lamp-1.telemetry",
        "fabnum.1.gonesse.lamp-1.about",
        "fabnum.1.gonesse.lamp-1.status",
        "fabnum.1.gonesse.lamp-1.event",
        "fabnum.1.gonesse.lamp-1.ack",
    ]
    assert strings(block[block.index("subscribe") :]) == [
        "fabnum.1.gonesse.lamp-1.command",
        "fabnum.1.time",
        "$MQTT.sub.>",
    ]


def test_a_revoked_device_is_no_user() -> None:
    import msgspec

    gone = msgspec.structs.replace(an_object("lamp-1"), revoked=1763700000.0)
    assert "lamp-1" not in render(gone)


def test_the_same_devices_give_the_same_text() -> None:
    assert render(an_object("a"), an_object("b")) == render(an_object("a"), an_object("b"))


def test_no_password_is_written_only_its_hash() -> None:
    text = render(an_object("a"))
    assert GATEWAY.password not in text
    assert GATEWAY.bcrypt_hash in text


@given(any_text)
def test_a_quoted_text_reads_back_as_it_was_or_is_refused(text: str) -> None:
    try:
        written = nats.quoted(text)
    except FabnumError:
        assert not text.isprintable()
        return
    assert "\n" not in written
    assert STRING.fullmatch(written)
    assert strings(written) == [text]


@given(any_text, any_text)
def test_a_name_that_is_no_slug_never_reaches_the_configuration(town: str, name: str) -> None:
    if is_slug(town) and is_slug(name):
        return
    with pytest.raises(FabnumError):
        render(an_object(name, town))


@given(slugs, slugs)
def test_a_name_appears_in_its_own_rights_alone(town: str, name: str) -> None:
    alone, together = (
        render(an_object("a", "b")),
        render(an_object("a", "b"), an_object(name, town)),
    )
    added = strings(together)[len(strings(alone)) :]
    subjects = [text for text in added if text.startswith("fabnum.")]
    assert added[0] == f"{town}_{name}"
    assert set(subjects) - {"fabnum.1.time"} == {
        f"fabnum.1.{town}.{name}.{leaf}"
        for leaf in ("telemetry", "about", "status", "event", "ack", "command")
    }


@pytest.mark.parametrize(
    "name", ["plain", "with space", 'a"b', "back\\slash", "l’été", "$HOME", "#"]
)
def test_nats_server_accepts_whatever_the_data_folder_is_called(tmp_path: Path, name: str) -> None:
    from gateway.broker.authority import Authority
    from kit.settings import DataFolder

    folder = DataFolder(tmp_path / name)
    authority = Authority(folder)
    authority.ensure(Broker())
    folder.broker.mkdir()
    files = nats.Files(folder.broker, authority.server_certificate, authority.server_key)
    configuration = folder.broker / "nats-server.conf"
    configuration.write_text(nats.render(Broker(), files, users([an_object("a")], GATEWAY)))
    asyncio.run(_require_accepted(configuration))


def test_nats_server_refuses_what_is_not_a_configuration(tmp_path: Path) -> None:
    configuration = tmp_path / "nats-server.conf"
    configuration.write_text("mqtt { port: nonsense }")
    with pytest.raises(FabnumError, match=r"nats-server\.conf"):
        asyncio.run(_require_accepted(configuration))
