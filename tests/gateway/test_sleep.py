"""An object that sleeps: when it is awaited, from when on it is late, what it can be told."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands import Commander, CommandError
from gateway.decode import EARLIEST, LATEST, decode_leaf
from gateway.journal import Journal
from gateway.journal.model import Leaf
from gateway.live import Condition, Live, LiveObject
from gateway.model import Frame, Refusal
from gateway.registry import Registry
from gateway.sleep import LONGEST_S, nap_of
from gateway.web.cards import card
from gateway.web.words import Words
from kit import i18n
from kit.names import DeviceKey
from tests.gateway.resident_site import Lamps, device

KEY = DeviceKey("gonesse", "meteo")
NOON = 1_800_000_000.0
PERIOD = 600
ALLOWANCE = 0.05 * PERIOD + 2 * PERIOD + 15
SLEEPING = {
    "state": "sleeping",
    "why": "",
    "t": int(NOON),
    "period": PERIOD,
    "wakes": int(NOON) + PERIOD,
}


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_current", type(i18n._current)("language", default="en"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    registry = Registry(tmp_path / "registry.sqlite")
    registry.add(device(KEY, "climate", "Jardin", "Météo"))
    yield registry
    registry.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def live(registry: Registry, journal: Journal, clock: Clock) -> Live:
    return Live(registry, journal, clock)


def the_object(live: Live) -> LiveObject:
    thing = live.find(KEY)
    assert thing is not None
    return thing


def fall_asleep(live: Live, **changes: Any) -> LiveObject:
    live.on_frame(Frame(KEY, "5f3a", 1, NOON, {"temperature": 19}))
    live.on_leaf(KEY, "status", {**SLEEPING, **changes})
    return the_object(live)


# --- the rule ------------------------------------------------------------------------------------


def test_it_is_late_two_periods_and_a_twentieth_of_its_sleep_after_it_should_have_woken() -> None:
    nap = nap_of(SLEEPING, NOON + 1, PERIOD)
    assert nap == (NOON, NOON + PERIOD, NOON + PERIOD + ALLOWANCE)


def test_a_sleep_without_a_time_is_one_of_a_period() -> None:
    nap = nap_of({"state": "sleeping"}, NOON, PERIOD)
    assert nap is not None
    assert nap.wakes == NOON + PERIOD


@pytest.mark.parametrize("state", ["ready", "degraded", "starting", "updating", "lost", None, 5])
def test_all_others_are_awake(state: object) -> None:
    assert nap_of({"state": state, "wakes": NOON + 600}, NOON, PERIOD) is None


NUMBERS = st.none() | st.integers() | st.floats(allow_nan=False) | st.booleans()


@given(t=NUMBERS, wakes=NUMBERS, period=st.floats(1, 86_400))
def test_whatever_it_says_it_is_late_after_some_days_at_most(
    t: object, wakes: object, period: float
) -> None:
    nap = nap_of({"state": "sleeping", "t": t, "wakes": wakes}, NOON, period)
    assert nap is not None
    assert nap.since <= NOON
    assert nap.wakes <= NOON + LONGEST_S
    assert nap.late_after <= NOON + 4 * LONGEST_S
    assert nap.late_after > nap.wakes


# --- on the wire ---------------------------------------------------------------------------------

JSON_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2)
)


@given(JSON_VALUES)
def test_wakes_is_a_time_of_this_century_or_the_status_is_refused(value: Any) -> None:
    payload = json.dumps({"state": "sleeping", "wakes": value}).encode()
    decoded = decode_leaf(KEY.topic("status"), "status", payload)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or (is_number and EARLIEST <= value <= LATEST):
        assert decoded == {"state": "sleeping", "wakes": value}
    else:
        assert isinstance(decoded, Refusal)
        assert decoded.reason == "malformed"


# --- live ----------------------------------------------------------------------------------------


def test_while_it_sleeps_its_reading_still_counts_and_after_that_it_is_silent(
    live: Live, clock: Clock
) -> None:
    thing = fall_asleep(live, wakes=int(NOON) + 6 * PERIOD)  # it sends only now and then
    end = NOON + 6 * PERIOD + 0.05 * 6 * PERIOD + 2 * PERIOD + 15
    for clock.now in (NOON, NOON + 3 * PERIOD + 16, NOON + 6 * PERIOD, end):
        assert thing.condition(clock.now) is Condition.GOOD
        assert thing.sleeps_until(clock.now) == NOON + 6 * PERIOD
    assert thing.condition(end + 1) is Condition.SILENT
    assert thing.sleeps_until(end + 1) is None


def test_what_was_stale_when_it_fell_asleep_stays_so(live: Live) -> None:
    live.on_frame(Frame(KEY, "5f3a", 1, NOON - 5 * PERIOD, {"temperature": 40}))
    live.on_leaf(KEY, "status", SLEEPING)
    assert the_object(live).condition(NOON + 1) is Condition.SILENT


def test_a_last_will_that_comes_while_it_sleeps_changes_nothing(live: Live, clock: Clock) -> None:
    thing = fall_asleep(live)
    clock.now = NOON + 45
    live.on_leaf(KEY, "status", {"state": "lost", "why": "connection"})
    assert thing.condition(clock.now) is Condition.GOOD
    assert not live.is_lost(KEY)
    clock.now = NOON + PERIOD + ALLOWANCE + 1
    live.on_leaf(KEY, "status", {"state": "lost", "why": "connection"})
    assert thing.condition(clock.now) is Condition.LOST


def test_awake_again_it_is_judged_like_any_other(live: Live, clock: Clock) -> None:
    thing = fall_asleep(live)
    clock.now = NOON + PERIOD
    live.on_leaf(KEY, "status", {"state": "ready", "why": "", "period": PERIOD})
    assert thing.sleeps_until(clock.now) is None
    live.on_leaf(KEY, "status", {"state": "lost", "why": "connection"})
    assert thing.condition(clock.now) is Condition.LOST


def test_a_restarted_gateway_knows_that_it_sleeps(
    registry: Registry, journal: Journal, clock: Clock
) -> None:
    frame = Frame(KEY, "5f3a", 1, NOON, {"temperature": 19})
    journal.write([frame], leaves=[Leaf(KEY, "status", NOON + 1, SLEEPING)]).result(10)
    clock.now = NOON + PERIOD
    live = Live(registry, journal, clock)
    # The broker tells it again what it has kept, long after it was said.
    live.on_leaf(KEY, "status", SLEEPING)
    thing = the_object(live)
    assert thing.sleeps_until(clock.now) == NOON + PERIOD
    assert thing.sleeps_until(NOON + PERIOD + ALLOWANCE + 1) is None


# --- what people see -----------------------------------------------------------------------------


def test_its_card_says_until_when_and_what_the_reading_means(live: Live) -> None:
    thing = fall_asleep(live)
    shown = card(thing, Words("Europe/Paris"), NOON + 60)
    assert shown.asleep == f"Asleep until {Words('Europe/Paris').time(NOON + PERIOD)}"
    assert (shown.condition, shown.note) == ("good", "")


def test_late_its_card_says_when_it_should_have_woken_and_what_to_do(live: Live) -> None:
    thing = fall_asleep(live)
    shown = card(thing, Words("Europe/Paris"), NOON + PERIOD + ALLOWANCE + 1)
    assert (shown.condition, shown.asleep) == ("silent", "")
    assert "should have woken up at" in shown.note
    assert "battery" in shown.note


def test_a_missing_sensor_is_said_also_while_it_sleeps(live: Live) -> None:
    thing = fall_asleep(live, why="sensor:sht31")
    shown = card(thing, Words("Europe/Paris"), NOON + 60)
    assert "sensor" in shown.note
    assert shown.asleep


# --- commands ------------------------------------------------------------------------------------


def commander(registry: Registry, lamps: Lamps) -> Commander:
    return Commander(registry, lamps.publish, clock_time=Words("Europe/Paris").time)


def sleeps_from_now(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {**SLEEPING, "t": now, "wakes": now + PERIOD, **changes}


async def test_a_command_for_a_sleeper_is_refused_with_the_time_at_which_it_wakes(
    registry: Registry,
) -> None:
    lamps = Lamps()
    sender = commander(registry, lamps)
    asleep = sleeps_from_now()
    sender.on_leaf(KEY, "status", asleep)
    with pytest.raises(CommandError) as caught:
        await sender.send(KEY, "identify", {})
    assert caught.value.code == "asleep"
    assert Words("Europe/Paris").time(asleep["wakes"]) in caught.value.cause
    assert "EN" in caught.value.action
    assert lamps.published == []
    # The broker's word for it does not wake it; its own does.
    sender.on_leaf(KEY, "status", {"state": "lost", "why": "connection"})
    with pytest.raises(CommandError, match="sleeps until"):
        await sender.send(KEY, "identify", {})
    sender.on_leaf(KEY, "status", {"state": "ready", "period": PERIOD})
    lamps.commander = sender
    await sender.send(KEY, "identify", {})


async def test_one_that_falls_asleep_over_a_command_is_not_waited_for(registry: Registry) -> None:
    lamps = Lamps(silent=True)
    sender = commander(registry, lamps)
    sending = asyncio.create_task(sender.send(KEY, "identify", {}, within_s=60))
    while not lamps.published:  # noqa: ASYNC110 - a list has no event
        await asyncio.sleep(0)
    sender.on_leaf(KEY, "status", sleeps_from_now())
    with pytest.raises(CommandError) as caught:
        await sending
    assert caught.value.code == "asleep"


async def test_one_that_has_not_woken_up_is_not_connected(registry: Registry) -> None:
    sender = commander(registry, Lamps())
    sender.on_leaf(KEY, "status", SLEEPING | {"t": 1_750_000_000, "wakes": 1_750_000_600})
    with pytest.raises(CommandError) as caught:
        await sender.send(KEY, "identify", {})
    assert caught.value.code == "not-connected"
