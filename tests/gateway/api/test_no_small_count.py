"""No combination of questions tells a count of 1 to 4: the answers are the same whatever it was."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.api import times
from tests.gateway.api.open_site import DAY, GATE, HOUR, NOW, OpenSite, asking, open_site

START = NOW - 40 * HOUR

# An hour is told in one part or, after a restart, in two.
few = st.integers(1, 4)
told = st.just(0) | st.integers(5, 40)
Hours = Sequence[tuple[tuple[int, ...], tuple[int, ...]]]


@st.composite
def alike(draw: st.DrawFn) -> tuple[Hours, Hours]:
    """Draw the counts of some hours, and the same but for what is too small to be told."""
    ours, theirs = [], []
    for _hour in range(draw(st.integers(3, 36))):
        mine, yours = [], []
        for _part in range(draw(st.integers(1, 2))):
            count = draw(told | few)
            mine.append(count)
            yours.append(draw(few) if 0 < count < 5 else count)
        exits = (draw(told),)
        ours.append((tuple(mine), exits))
        theirs.append((tuple(yours), exits))
    return ours, theirs


def readings(hours: Hours) -> list[tuple[float, dict[str, float]]]:
    told = [(START - HOUR + 5, {"entries": 0.0, "exits": 0.0})]
    for number, (entries, exits) in enumerate(hours):
        for half in range(max(len(entries), len(exits)) - 1):
            values = {"entries": float(entries[0]) if len(entries) > 1 else 0.0, "exits": 0.0}
            values["exits"] = float(exits[0]) if len(exits) > 1 else 0.0
            told.append((START + number * HOUR + 1500 + half, values))
        values = {"entries": float(entries[-1]), "exits": float(exits[-1])}
        told.append((START + (number + 1) * HOUR + 5, values))
    return told


moments = st.integers(-4, 44).map(lambda hours: START + hours * HOUR) | st.integers(
    int(START - DAY), int(NOW + DAY)
).map(float)
questions = st.fixed_dictionaries(
    {},
    optional={
        "from": moments.map(times.written),
        "to": moments.map(times.written),
        "step": st.sampled_from(["raw", "10m", "1h", "1d"]),
        "limit": st.integers(1, 50).map(str),
        "cursor": moments.map(lambda time: f"{time!r}_{int(time) % 3}"),
        "channel": st.sampled_from(["entries", "exits", "entries,exits"]),
    },
)


async def ask(site: OpenSite, asked: list[dict[str, str]]) -> list[tuple[int, str]]:
    address = f"/towns/gonesse/objects/{GATE.device}"
    answers = []
    async with asking(site) as client:
        for suffix in ("", ".csv"):
            answers += [await client.get(address + suffix)]
        answers += [await client.get(f"/towns/gonesse/objects{suffix}") for suffix in ("", ".csv")]
        for parameters in asked:
            for suffix in ("", ".csv", ".senml"):
                answers.append(await client.get(f"{address}/readings{suffix}", params=parameters))
            kept = {k: v for k, v in parameters.items() if k not in ("limit", "cursor")}
            answers.append(await client.get("/towns/gonesse/readings.csv", params=kept))
    return [(answer.status_code, answer.text) for answer in answers]


@settings(max_examples=12)
@given(
    datasets=alike(),
    asked=st.lists(questions, min_size=4, max_size=8),
    ages=st.lists(st.integers(0, 42), min_size=1, max_size=3),
)
async def test_answers_are_the_same_whatever_the_small_counts_were(
    datasets: tuple[Hours, Hours], asked: list[dict[str, str]], ages: list[int]
) -> None:
    """Asked at any time and in any way: so no difference of any two answers holds one."""
    with (
        TemporaryDirectory() as first,
        TemporaryDirectory() as second,
        open_site(Path(first)) as ours,
        open_site(Path(second)) as theirs,
    ):
        mine, yours = (readings(hours) for hours in datasets)
        done = 0
        for age in sorted(ages):
            now = START + age * HOUR + 300
            upto = sum(1 for time, _values in mine if time <= now)
            for site, told in ((ours, mine), (theirs, yours)):
                site.store(GATE, told[done:upto])
                site.now = now
            done = upto
            assert await ask(ours, asked) == await ask(theirs, asked)


async def test_small_counts_are_null_and_named(site: OpenSite) -> None:
    counts = [(9,), (3,), (12,), (0,), (4,), (5,)]
    site.store(GATE, readings([(count, (7,)) for count in counts]))
    async with asking(site) as client:
        address = f"/towns/gonesse/objects/{GATE.device}/readings"
        told = (await client.get(f"{address}?from={times.written(START)}")).json()["readings"]
        since = times.written(START // DAY * DAY)
        days = (await client.get(f"{address}?from={since}&step=1d")).json()["readings"]
    assert [row["values"]["entries"] for row in told] == [9, None, 12, 0, None, 5]
    assert [row["few"] for row in told] == [[], ["entries"], [], [], ["entries"], []]
    assert sum(day["values"]["entries"] for day in days) == 26
    assert {"entries"} == {name for day in days for name in day["few"]}
