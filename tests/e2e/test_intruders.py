"""Who may not speak is not heard, and nobody else notices."""

import json
import time

import pytest

from kit.names import DeviceKey
from tests.e2e.living_site import PATIENCE_S, LivingSite
from tests.e2e.marks import on_both_brokers

REFUSED = "cet objet n’est pas accepté"

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@on_both_brokers
def test_an_object_cannot_speak_as_another(site: LivingSite) -> None:
    site.add("climate-1")
    site.add("climate-2")
    thief = site.add("climate-3")
    site.begin()
    thief.cut_power()  # its password has been read out of its flash
    client = site.device(DeviceKey("gonesse", "climate-3"), site.passwords["climate-3"])
    client.send("fabnum/1/gonesse/climate-1/telemetry", a_frame("f0f0f0f0"))
    client.send("fabnum/1/gonesse/climate-1/status", b'{"state": "lost", "why": "forged"}')
    client.send("fabnum/1/gonesse/climate-2/command", b'{"id": "f0", "name": "restart"}')
    # What comes after on the same connection is heard: the forged ones were before it.
    client.publish("fabnum/1/gonesse/climate-3/telemetry", a_frame("0a0a0a0a"))
    own = ("climate-3", "0a0a0a0a", 0)
    site.wait_until(lambda: own in site.stored(), "its own voice is heard")

    assert not [frame for frame in site.stored() if frame[1] == "f0f0f0f0"]
    assert site.leaf("climate-1", "status")["why"] == ""
    site.wait_for_stored(4)
    site.wait_until_nothing_is_missing()
    assert site.twins["climate-2"].ends == []  # it was not restarted


@on_both_brokers
def test_a_revoked_object_is_cut_off_and_the_others_are_not(site: LivingSite) -> None:
    revoked = site.add("climate-1")
    other = site.add("climate-2")
    site.begin()
    before = revoked.console().count(REFUSED)  # it may have come before the gateway was there
    answer = site.cli("devices", "revoke", "climate-1")
    assert answer.returncode == 0, answer.stderr
    revoked.wait_for(lambda twin: twin.console().count(REFUSED) > before, PATIENCE_S)
    client = site.client("gonesse_climate-1", site.passwords["climate-1"])
    assert not client.try_to_connect()

    site.wait_until(lambda: "climate-1" not in site.page("/"), "the wall no longer shows it")
    kept = {frame for frame in site.stored() if frame[0] == "climate-1"}
    site.wait_for_stored(5)
    assert {frame for frame in site.stored() if frame[0] == "climate-1"} == kept
    assert kept  # what it measured stays
    assert other.console().count("Serveur : connecté.") == 1


def a_frame(boot: str) -> bytes:
    values = {"temperature": 21.5, "humidity": 44.1}
    return json.dumps({"boot": boot, "seq": 0, "t": int(time.time()), "values": values}).encode()
