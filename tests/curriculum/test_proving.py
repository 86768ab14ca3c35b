"""The prover sees what a board does, and is not to be fooled."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from curriculum.model import Proof
from device.twin.host import Fleet
from kit.catalogue import load_build
from tests.curriculum import proving
from tests.curriculum.proving import NotSeenError, Prover, Town
from tests.device.open_broker import open_broker
from tests.twins import new_fleet

pytestmark = [pytest.mark.e2e, pytest.mark.servers, pytest.mark.slow]

LAMP = """
from fabnum import station

lampe = station.light()


@station.every(60)
def mesurer():
    station.send(**lampe.read())


@station.on_message
def afficher(texte):
    station.say("Reçu : " + texte)


station.run()
"""

SEEN = [
    {"every": 60, "sends": {"on": 1, "brightness": 50}, "shows": "#ffb469"},
    {"command": {"colour": {"colour": "#ff0000"}}, "shows": "#ff0000"},
    {"command": {"effect": {"effect": "wave"}}, "shows": "wave"},
    {"command": {"effect": {"effect": "breathe"}}, "shows": "breathe"},
    {"command": {"effect": {"effect": "rainbow"}}, "shows": "rainbow"},
    {"follow": {"co2": 500}, "shows": "good"},
    {"follow": {"co2": 1000}, "shows": "watch"},
    {"follow": {"co2": 2000}, "shows": "act"},
    {"tell": "salut", "says": "Reçu : salut", "prints": "salut", "says_not": "bonjour"},
    {"command": {"brightness": {"percent": 0}}, "sends": {"on": 0}, "shows": "off"},
]

NOT_SEEN = [
    {"every": 61},
    {"sends": {"brightness": 60}},
    {"command": {"colour": {"colour": "#00ff00"}}, "shows": "#ff0000"},
    {"command": {"effect": {"effect": "breathe"}}, "shows": "wave"},
    {"follow": {"co2": 500}, "shows": "act"},
    {"tell": "salut", "says": "Reçu : bonjour"},
    {"tell": "salut", "prints": "bonjour"},
    {"tell": "salut", "says": "Reçu", "says_not": "salut"},
    {"command": {"colour": {"colour": "red"}}},
    {"shows": "off"},
]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_broker(tmp_path) as port:
        town = Town(port)
        yield town
        town.close()


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with new_fleet() as fleet:
        yield fleet


def test_what_a_lamp_does_is_seen(town: Town, fleet: Fleet, tmp_path: Path) -> None:
    steps = tuple(msgspec.convert(SEEN, list[Proof]))
    Prover(fleet, town, tmp_path / "lamp", load_build("lamp"), LAMP).prove(steps)


def test_what_a_lamp_does_not_do_is_not_seen(
    town: Town, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "PATIENCE_S", 15.0)

    def complaint(number: int) -> str:
        step = msgspec.convert(NOT_SEEN[number], Proof)
        lamp = Prover(fleet, town, tmp_path / f"lamp-{number}", load_build("lamp"), LAMP)
        with pytest.raises(NotSeenError) as error:
            lamp.prove((step,))
        return str(error.value)

    with ThreadPoolExecutor(len(NOT_SEEN)) as side_by_side:
        complaints = list(side_by_side.map(complaint, range(len(NOT_SEEN))))
    assert not any("online" in said for said in complaints), complaints
