"""The gateway tells how much comes in, how long that takes, and how full the machine is."""

import datetime as dt

import pytest

from gateway.broker.authority import Authority
from gateway.model import Refusal
from gateway.mqtt import LinkState
from kit.settings import Broker
from kit.signals import signals, taken_apart
from tests.gateway.frames import AIR
from tests.gateway.influx_servers import until
from tests.gateway.signals.signal_site import SignalSite


def own(site: SignalSite) -> dict[str, float]:
    return site.signals.sample_gateway(site.now)


async def test_messages_are_counted_whoever_else_asks(
    site: SignalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = [1000.0]
    monkeypatch.setattr(site.signals._own, "_steady", lambda: steady[0])
    site.add()
    own(site)
    found = []
    for _ in range(3):
        steady[0] += 30
        await site.measure(AIR, co2=500)
        own(site)  # as alerts do
        steady[0] += 30
        await site.measure(AIR, co2=501)
        found.append(own(site)["messages"])
    assert found[1:] == [2, 2]


async def test_the_delay_is_the_mean_until_stored_and_absent_while_nothing_comes(
    site: SignalSite,
) -> None:
    site.add()
    assert "delay" not in own(site)
    await site.measure(AIR, co2=500)
    assert 0 < own(site)["delay"] < 30_000


async def test_refusals_are_told_by_their_reason(site: SignalSite) -> None:
    await site.take(AIR, "telemetry", {})
    site.journal.refuse(Refusal("a/b", b"", "influx-refused", ""))
    site.journal.write().result(30)
    found = own(site)
    assert found["rejects.unknown-device"] >= 1
    assert found["rejects.influx-refused"] >= 1


async def test_how_the_parts_stand(site: SignalSite) -> None:
    found = own(site)
    assert (found["broker_up"], found["journal_up"], found["journal_frames"]) == (1, 1, 0)
    assert found["journal_size"] > 0
    site.link.state = LinkState.UNREACHABLE
    site.add()
    await site.measure(AIR, co2=500)
    found = own(site)
    assert (found["broker_up"], found["journal_frames"]) == (0, 1)


async def test_influxdb_lags_for_as_long_as_it_has_not_had_everything(site: SignalSite) -> None:
    assert site.influx is not None
    assert own(site)["influx_lag"] == 0
    site.influx.lags(7)
    site.influx.lags(7)
    assert own(site)["influx_lag"] >= 0
    site.influx = None
    site.restart()
    assert "influx_lag" not in own(site)


async def test_the_certificate_holds_for_so_many_days(site: SignalSite) -> None:
    assert "certificate" not in own(site)
    Authority(site.folder).ensure(Broker())
    site.now = dt.datetime.now(dt.UTC).timestamp()
    assert 810 < own(site)["certificate"] <= 820


async def test_all_that_the_gateway_tells_is_described_and_possible(site: SignalSite) -> None:
    Authority(site.folder).ensure(Broker())
    site.add()
    await site.measure(AIR, co2=500)
    await site.measure(AIR, co2=-1)
    until(lambda: "cpu" in own(site), "the processor's clock has ticked")
    await site.measure(AIR, co2=500)
    known = {signal.id: signal for signal in signals("gateway")}
    found = own(site)
    for name, value in found.items():
        low, high = known[taken_apart(name).signal].range
        assert low <= value <= high, name
    assert {taken_apart(name).signal for name in found} | {"cpu"} == known.keys()
