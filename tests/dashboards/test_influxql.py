"""Questions as InfluxQL: what is asked for, and that nothing in a name can change the question."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import influxql
from dashboards.query import Query

BOUNDS = "time > now() - 1d"
_TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|[^\s\"']+")
_QUOTES = "\"'"


def tokens(text: str) -> list[str]:
    """Take a question apart as InfluxQL's scanner does: quoted tokens are one, whatever is in them.

    Source: github.com/influxdata/influxql, scanner.go, ScanDelimited and ScanString.
    """
    found, rest = [], text
    while rest := rest.lstrip(" "):
        token = _TOKENS.match(rest)
        assert token is not None, rest
        found.append(token.group())
        rest = rest[token.end() :]
    return found


def unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def question(**changes: object) -> str:
    return influxql.text(Query(**{"quantity": "co2", "aggregate": "mean", **changes}), BOUNDS)  # type: ignore[arg-type]


def test_one_value_over_the_whole_time() -> None:
    assert question() == f'SELECT mean("value") FROM "co2" WHERE {BOUNDS}'


def test_a_line_for_each_combination_of_tags() -> None:
    assert question(by=("place", "device")).endswith(f'{BOUNDS} GROUP BY "place", "device"')


def test_steps_without_a_value_are_left_out() -> None:
    asked = question(step_s=600, by=("device",))
    assert asked.endswith('GROUP BY time(600s), "device" fill(none)')


def test_steps_begin_where_they_are_shifted_to() -> None:
    assert "time(3600s, 120s)" in question(step_s=3600, offset_s=120)


def test_a_step_may_be_made_longer_and_keeps_its_shift() -> None:
    query = Query("entries", "sum", step_s=3600, offset_s=120)
    assert "time($__interval, 120s)" in influxql.text(query, BOUNDS, "$__interval")


def test_of_a_tag_one_value_or_several_are_wanted() -> None:
    assert f"""WHERE "build" = 'air' AND {BOUNDS}""" in question(where={"build": "air"})
    several = question(where={"build": ("air", "air-lamp"), "device": ("salle-2",)})
    assert """("build" = 'air' OR "build" = 'air-lamp') AND "device" = 'salle-2' AND""" in several


def test_a_tag_of_which_nothing_is_said_may_have_any_value() -> None:
    assert question(where={"build": ()}) == question()


def test_hours_are_counted_by_their_means_and_what_is_read_is_bounded() -> None:
    asked = question(aggregate="hours", within=(800, 1500), by=("device",), where={"build": "air"})
    assert asked == (
        'SELECT count("mean") FROM (SELECT mean("value") AS "mean" FROM "co2" '
        f"""WHERE "build" = 'air' AND {BOUNDS} GROUP BY time(1h), "device" fill(none)) """
        'WHERE "mean" >= 800 AND "mean" < 1500 GROUP BY "device"'
    )


def test_hours_without_an_upper_bound() -> None:
    asked = question(aggregate="hours", within=(1500.0, float("inf")))
    assert asked.endswith('WHERE "mean" >= 1500.0')


def test_hours_without_any_bound() -> None:
    assert question(aggregate="hours").endswith(f"WHERE {BOUNDS} GROUP BY time(1h) fill(none))")


def test_bounds_hold_the_start_and_not_the_end() -> None:
    bounds = influxql.between(1763700000, 1763700000.5)
    assert bounds == "time >= 1763700000000000u AND time < 1763700000500000u"


@given(st.integers(0, 2**32), st.integers(0, 999_999))
def test_bounds_are_exact_to_the_microsecond(second: int, micro: int) -> None:
    start = second + micro / 1e6
    found = [int(n) for n in re.findall(r"(\d+)u", influxql.between(start, start + 1))]
    assert abs(found[0] - (second * 1_000_000 + micro)) <= 1
    assert abs(found[1] - found[0] - 1_000_000) <= 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_without_an_exponent_and_exactly(value: float) -> None:
    written = influxql.number(value)
    assert re.fullmatch(r"-?\d+(\.\d+)?", written)
    assert float(written) == value


@pytest.mark.parametrize("quote", [influxql.identifier, influxql.literal])
@given(name=st.text())
def test_a_name_stays_one_token_whatever_is_in_it(quote: object, name: str) -> None:
    written = quote(name)  # type: ignore[operator]
    assert tokens(written) == [written]
    assert unquoted(written) == re.sub(r"[\x00-\x1f\x7f]", "_", name)


@given(names=st.lists(st.text(), min_size=3, max_size=3))
def test_no_name_changes_the_form_of_a_question(names: list[str]) -> None:
    quantity, one, other = names
    query = Query(quantity, "mean", by=("place",), where={"device": (one, other)}, step_s=60)
    plain = Query("co2", "mean", by=("place",), where={"device": ("a", "b")}, step_s=60)
    assert form(influxql.text(query, BOUNDS)) == form(influxql.text(plain, BOUNDS))


def form(text: str) -> list[str]:
    """Return a question with every quoted name and text replaced by its quotes."""
    return [token[0] if token[0] in _QUOTES else token for token in tokens(text)]
