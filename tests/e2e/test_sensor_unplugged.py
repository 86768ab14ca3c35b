"""A part that somebody unplugs is named, and nothing else suffers."""

import pytest

from tests.e2e.living_site import LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_an_unplugged_sensor_is_named_until_it_is_back_and_the_others_go_on(
    site: LivingSite,
) -> None:
    twin = site.add("climate-1")
    site.add("climate-2")
    site.begin()
    wait_for_status(site, "ready", "")

    twin.control(parts={"sht31": {"plugged": False}})
    wait_for_status(site, "degraded", "sensor:sht31")
    measured = twin.ledger()
    site.wait_for_stored(3)
    assert twin.ledger() == measured  # no number is made up
    assert site.leaf("climate-2", "status")["state"] == "ready"

    twin.control(parts={"sht31": {"plugged": True}})
    wait_for_status(site, "ready", "")
    twin.wait_for(lambda twin: twin.ledger() > measured)
    site.wait_until_nothing_is_missing()


def wait_for_status(site: LivingSite, state: str, why: str) -> None:
    def says_so() -> bool:
        status = site.leaf("climate-1", "status")
        return (status.get("state"), status.get("why")) == (state, why)

    site.wait_until(says_so, f"the object is {state} {why}")
