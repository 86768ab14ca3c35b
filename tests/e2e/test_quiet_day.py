"""Nothing goes wrong: readings arrive, pages show them, objects tell how they are."""

import json

import pytest

from tests.e2e.living_site import LivingSite
from tests.e2e.marks import on_both_brokers

pytestmark = pytest.mark.e2e

NAMES = ["air-1", "climate-1", "lamp-1"]


@on_both_brokers
def test_what_objects_measure_is_stored_and_shown(site: LivingSite) -> None:
    for name in NAMES:
        site.add(name)
    site.begin()
    for name in NAMES:
        site.wait_until(lambda name=name: site.leaf(name, "status").get("state") == "ready", name)
    site.wait_until_nothing_is_missing()
    assert site.dropped() == 0

    assert site.health()["broker"] == {"state": "connected", "problem": ""}
    wall = site.page("/")
    for name in NAMES:
        assert f"/o/gonesse/{name}" in wall
        assert name in site.page(f"/o/gonesse/{name}")

    # What an object said of itself, a newcomer hears at once: the broker keeps it.
    visitor = site.visitor()
    for leaf in ("about", "status"):
        assert visitor.subscribe(f"fabnum/1/+/+/{leaf}")
    kept = {f"fabnum/1/gonesse/{name}/{leaf}" for name in NAMES for leaf in ("about", "status")}
    visitor.wait_for(lambda: kept <= {topic for topic, _, retained in visitor.heard if retained})
    for topic, payload, _retained in visitor.heard:
        *_, name, leaf = topic.split("/")
        said = json.loads(payload)
        if leaf == "about":
            assert said["build"] == name.rpartition("-")[0]
            assert said["hash"] == site.twins[name].firmware.hash
        else:
            assert (said["state"], said["why"]) == ("ready", "")
