"""Signals reach the journal as frames of their own keys, and are in nobody's way."""

import asyncio
import logging
from contextlib import suppress

import pytest

from gateway.journal import Journal, Trouble
from gateway.signals import sampler
from gateway.signals.now import SLICE
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.signals import GATEWAY, SITE, channel, key_of_object, key_of_town
from tests.gateway.frames import AIR, BOOT
from tests.gateway.influx_servers import until
from tests.gateway.signals.signal_site import SignalSite


def about(boot: str, reset: object = "power") -> dict[str, object]:
    return {"build": "air", "firmware": "0.1.0", "boot": boot, "reset": reset}


async def test_objects_towns_and_the_gateway_are_written_down(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=500)
    await site.sampler.sample_fleet()
    await site.sampler.sample_gateway()
    assert site.kept(key_of_object(AIR))[0]["age"] == 0
    assert site.kept(key_of_town("gonesse"))[0]["objects.good"] == 1
    assert site.kept(key_of_town("hem"))[0]["built"] == 0
    assert site.kept(GATEWAY)[0]["messages"] > 0


async def test_every_sample_is_a_frame_of_its_own_without_gaps(site: SignalSite) -> None:
    site.add()
    for _ in range(3):
        await site.sampler.sample_fleet()
        site.now += 300
    frames = [s.frame for s in site.journal.after(0, 100) if s.frame.device == key_of_object(AIR)]
    assert [frame.seq for frame in frames] == [0, 1, 2]
    assert len({frame.boot for frame in frames}) == 1
    assert [frame.time for frame in frames] == [site.now - 900, site.now - 600, site.now - 300]


async def test_a_restarted_gateway_goes_on_with_samples_of_its_own(site: SignalSite) -> None:
    site.add()
    await site.sampler.sample_fleet()
    site.restart()
    await site.sampler.sample_fleet()
    assert len(site.kept(key_of_object(AIR))) == 2


async def test_many_objects_are_written_in_small_portions(
    site: SignalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler, "LONGEST_BREATH_S", 0)
    for number in range(230):
        site.add(DeviceKey("hem", f"air-{number}"))
    written: list[int] = []
    write = site.journal.write

    def counted(frames: list[object]) -> object:
        written.append(len(frames))
        return write(frames)  # type: ignore[arg-type]

    monkeypatch.setattr(site.journal, "write", counted)
    await site.sampler.sample_fleet()
    assert sum(written) == 230 + 2
    assert max(written) == SLICE


# --- starts --------------------------------------------------------------------------------------


async def test_a_start_is_written_down_when_it_is_heard_once(site: SignalSite) -> None:
    site.add()
    noting = asyncio.create_task(site.sampler.note_starts())
    await site.take(AIR, "about", about(BOOT, "watchdog"))
    await noting
    await site.take(AIR, "about", about(BOOT, "watchdog"))  # it has connected again
    assert not site.signals._heard.starts
    await site.take(AIR, "about", about("abcd", "brownout"))
    await site.sampler.note_starts()
    assert site.kept(key_of_object(AIR)) == [
        {channel("reset", "watchdog"): 1.0},
        {channel("reset", "brownout"): 1.0},
    ]


@pytest.mark.parametrize("cause", ["lightning", "", None, 7, "unknown"])
async def test_a_cause_that_nobody_knows_is_unknown(site: SignalSite, cause: object) -> None:
    site.add()
    site.signals._heard.on_leaf(AIR, "about", about(BOOT, cause))
    await site.sampler.note_starts()
    assert site.kept(key_of_object(AIR)) == [{"reset.unknown": 1.0}]


async def test_a_start_of_before_the_gateways_own_is_no_news(site: SignalSite) -> None:
    site.add()
    await site.take(AIR, "about", about(BOOT))
    site.restart()
    await site.take(AIR, "about", about(BOOT))
    assert not site.signals._heard.starts


async def test_an_object_gone_wild_is_not_kept_in_memory(site: SignalSite) -> None:
    site.add()
    for number in range(5000):
        site.signals._heard.on_leaf(AIR, "about", about(f"{number:08x}"))
    assert len(site.signals._heard.starts) == 1000


# --- being a guest -------------------------------------------------------------------------------


async def test_nothing_piles_up_while_the_journal_cannot_be_written(
    site: SignalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add()
    trouble = Trouble(FabnumError("The disk is full.", ""), site.now)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "trouble", trouble)
        await site.sampler.sample_fleet()
        await site.sampler.sample_gateway()
        assert site.signals.sample_gateway(site.now)["journal_up"] == 0
    assert site.journal.last_id() == 0
    await site.sampler.sample_fleet()
    frames = [s.frame for s in site.journal.after(0, 100)]
    assert {frame.seq for frame in frames} == {0}, "no gap either"


async def test_it_goes_on_when_a_sample_fails(
    site: SignalSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sampler, "FIRST_AFTER_S", 0)
    monkeypatch.setattr(sampler, "GATEWAY_EVERY_S", 1.5)
    good = site.signals.sample_gateway
    tries = []

    def sample(now: float) -> dict[str, float]:
        tries.append(now)
        if len(tries) == 1:
            raise OSError("the machine does not tell")
        return good(now)

    monkeypatch.setattr(site.signals, "sample_gateway", sample)
    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(site.sampler.run())
        await asyncio.to_thread(until, lambda: site.kept(GATEWAY), "it samples again")
    assert "could not measure itself" in caplog.text
    assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_it_samples_and_notes_starts_by_itself(
    site: SignalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler, "FIRST_AFTER_S", 0)
    site.add()
    running = asyncio.create_task(site.sampler.run())
    await site.take(AIR, "about", about(BOOT))
    wanted = {"reset.power", "missing", "memory", "built"}
    await asyncio.to_thread(until, lambda: wanted <= told(site), "all loops run")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert {s.frame.device.town for s in site.journal.after(0, 100)} == {SITE}


def told(site: SignalSite) -> set[str]:
    return {name for s in site.journal.after(0, 1000) for name in s.frame.values}
