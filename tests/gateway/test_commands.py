"""Commands: checked, sent once and never retained, answered or explained."""

import asyncio
import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands import MAX_TEXT, Commander, CommandError, check_arguments, find_command
from gateway.registry import Registry
from kit.catalogue import Command, Text, load_build
from kit.errors import FabnumError
from kit.names import DeviceKey
from tests.gateway.resident_site import Lamps, device

LAMP = DeviceKey("gonesse", "lampe")
GREEN = {"colour": "#00FF80"}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    registry = Registry(tmp_path / "registry.sqlite")
    registry.add(device(LAMP, "lamp", "Accueil", "Lampe"))
    yield registry
    registry.close()


@pytest.fixture
def lamps() -> Lamps:
    return Lamps()


@pytest.fixture
def commander(registry: Registry, lamps: Lamps) -> Commander:
    lamps.commander = Commander(registry, lamps.publish)
    return lamps.commander


async def test_a_command_goes_out_as_the_contract_says(commander: Commander, lamps: Lamps) -> None:
    await commander.send(LAMP, "colour", GREEN)
    ((topic, message),) = lamps.published
    assert topic == "fabnum/1/gonesse/lampe/command"
    assert message["name"] == "colour"
    assert message["args"] == {"colour": "#00ff80"}
    assert len(message["id"]) == 8
    assert 25 < message["expires"] - time.time() <= 30


async def test_each_command_has_an_id_of_its_own(commander: Commander, lamps: Lamps) -> None:
    await asyncio.gather(*(commander.send(LAMP, "colour", GREEN) for _ in range(20)))
    assert len({message["id"] for _topic, message in lamps.published}) == 20


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("expired", "expired"),
        ("bad-argument", "bad-argument"),
        ("failed", "failed"),
        ("something new", "failed"),
    ],
)
async def test_what_the_object_refuses_comes_back_as_a_sentence(
    commander: Commander, lamps: Lamps, error: str, code: str
) -> None:
    lamps.error = error
    with pytest.raises(CommandError) as caught:
        await commander.send(LAMP, "colour", GREEN)
    assert caught.value.code == code
    assert caught.value.cause
    assert caught.value.action


async def test_an_object_that_does_not_answer_is_not_waited_for_for_ever(
    commander: Commander, lamps: Lamps
) -> None:
    lamps.silent = True
    with pytest.raises(CommandError) as caught:
        await commander.send(LAMP, "colour", GREEN, within_s=0.05)
    assert caught.value.code == "no-answer"


async def test_an_object_known_to_be_away_is_not_asked(registry: Registry, lamps: Lamps) -> None:
    commander = Commander(registry, lamps.publish, is_lost=lambda _key: True)
    with pytest.raises(CommandError) as caught:
        await commander.send(LAMP, "colour", GREEN)
    assert caught.value.code == "not-connected"
    assert lamps.published == []


async def test_answers_of_others_and_strange_answers_change_nothing(
    commander: Commander, lamps: Lamps
) -> None:
    lamps.silent = True
    sending = asyncio.create_task(commander.send(LAMP, "colour", GREEN))
    while not lamps.published:  # noqa: ASYNC110 - a list has no event
        await asyncio.sleep(0)
    identity = lamps.published[0][1]["id"]
    commander.on_leaf(DeviceKey("gonesse", "other"), "ack", {"id": identity, "ok": True})
    commander.on_leaf(LAMP, "event", {"id": identity, "ok": True})
    for strange in (None, [], {}, 5, "ffffffff"):
        commander.on_leaf(LAMP, "ack", {"id": strange, "ok": True})
    assert not sending.done()
    commander.on_leaf(LAMP, "ack", {"id": identity, "ok": True})
    commander.on_leaf(LAMP, "ack", {"id": identity, "ok": False})
    await sending


async def test_a_broker_that_is_away_says_so(registry: Registry) -> None:
    def away(_topic: str, _payload: bytes, *, qos: int, retain: bool) -> None:
        raise FabnumError("The broker is away.")

    with pytest.raises(FabnumError, match="broker is away"):
        await Commander(registry, away).send(LAMP, "colour", GREEN)


@pytest.mark.parametrize("key", [DeviceKey("gonesse", "nobody"), LAMP])
async def test_unknown_and_revoked_objects_are_told_nothing(
    commander: Commander, registry: Registry, lamps: Lamps, key: DeviceKey
) -> None:
    registry.revoke(LAMP)
    with pytest.raises(CommandError) as caught:
        await commander.send(key, "identify", {})
    assert caught.value.code == "unknown-device"
    assert lamps.published == []


@pytest.mark.parametrize("command", ["identify", "restart", "report"])
def test_every_firmware_knows_the_built_in_commands(command: str) -> None:
    assert check_arguments(find_command((), command), {}) == {}


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="colour, brightness, effect") as caught:
        find_command(load_build("lamp").commands, "explode")
    assert caught.value.code == "unknown-command"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("colour", "#ABCDEF", "#abcdef"),
        ("slug", "co2", "co2"),
        ("number", "612.5", 612.5),
        ("number", 612, 612),
        ((0, 100), "50", 50),
        ([0, 100], 100, 100),
        (("steady", "wave"), "wave", "wave"),
        ("text", "Bonjour", "Bonjour"),
    ],
)
def test_arguments_arrive_as_the_firmware_takes_them(
    kind: Any, value: object, expected: object
) -> None:
    assert check_arguments(_command(kind), {"it": value}) == {"it": expected}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("colour", "red"),
        ("colour", "#00ff8"),
        ("colour", "#00ff80\n"),
        ("colour", 5),
        ("slug", "No Slug"),
        ("number", "nan"),
        ("number", "inf"),
        ("number", True),
        ("number", "1e999"),
        ((0, 100), 101),
        ((0, 100), -1),
        (("steady", "wave"), "blink"),
        (("steady", "wave"), ["steady"]),
        ("text", "x" * (MAX_TEXT + 1)),
        ("text", " \n"),
        ("text", None),
    ],
)
def test_arguments_out_of_bounds_are_named(kind: Any, value: object) -> None:
    with pytest.raises(CommandError, match="it") as caught:
        check_arguments(_command(kind), {"it": value})
    assert caught.value.code == "bad-argument"


def test_missing_and_surplus_arguments_are_named() -> None:
    with pytest.raises(CommandError, match="it"):
        check_arguments(_command("number"), {})
    with pytest.raises(CommandError, match="other"):
        check_arguments(_command("number"), {"it": 1, "other": 2})


_anything = st.one_of(
    st.text(string.printable), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()
)


@given(
    st.sampled_from(["colour", "slug", "number", "text", (0, 100), ("steady", "wave")]), _anything
)
def test_any_argument_is_either_taken_or_refused_with_a_sentence(kind: Any, value: object) -> None:
    try:
        checked = check_arguments(_command(kind), {"it": value})["it"]
    except CommandError:
        return
    assert isinstance(checked, str | int | float)


def _command(kind: Any) -> Command:
    return Command(id="try", name=Text(fr="Essai", en="Try"), arguments={"it": kind})
