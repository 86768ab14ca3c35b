"""What ``/query`` answers is read as lines; what is no answer of InfluxDB's is said to be none."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.influx.answers import AnswerError, lines, types
from dashboards.query import Line, Point


def answer(*series: Mapping[str, object]) -> bytes:
    return json.dumps({"results": [{"statement_id": 0, "series": [*series]}]}).encode()


def test_a_line_for_each_series_with_its_tags_in_the_order_asked_for() -> None:
    body = answer(
        {
            "name": "co2",
            "tags": {"device": "b", "place": "y"},
            "columns": ["time", "mean"],
            "values": [[2_000_000, 800], [1_500_000, 612.5]],
        },
        {
            "name": "co2",
            "tags": {"device": "a", "place": "z"},
            "columns": ["time", "mean"],
            "values": [[0, 1]],
        },
    )
    assert lines(body, ("place", "device")) == [
        Line(("y", "b"), (Point(1.5, 612.5), Point(2.0, 800.0))),
        Line(("z", "a"), (Point(0.0, 1.0),)),
    ]


def test_steps_without_a_value_and_lines_without_a_step_are_left_out() -> None:
    empty = {"name": "co2", "columns": ["time", "mean"], "values": [[0, None], [1, None]]}
    assert lines(answer(empty), ()) == []
    assert lines(b'{"results":[{"statement_id":0}]}', ("device",)) == []


def test_a_tag_that_a_series_lacks_is_empty() -> None:
    body = answer({"name": "x", "tags": {}, "columns": ["time", "last"], "values": [[0, 1]]})
    assert lines(body, ("what",))[0].tags == ("",)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bad Gateway</html>",
        b"[]",
        b'{"results": 3}',
        b'{"results":[{"error":"database not found: x"}]}',
        answer({"name": "x", "columns": ["time", "a", "b"], "values": [[0, 1, 2]]}),
        answer({"name": "x", "columns": ["name"], "values": [["x"]]}),
        answer({"name": "x", "columns": ["time", "last"], "values": [[0, "1"]]}),
        answer({"name": "x", "columns": ["time", "last"], "values": [[0]]}),
        answer({"name": "x", "columns": ["time", "last"], "values": [["1970-01-01T00:00:00Z", 1]]}),
    ],
)
def test_what_is_no_answer_to_a_question_is_said(body: bytes) -> None:
    with pytest.raises(AnswerError):
        lines(body, ())


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["results", "series", "values", "columns", "tags", "error", "x"]),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_a_server_answers_it_is_read_or_refused(body: bytes) -> None:
    try:
        lines(body, ("device",))
    except AnswerError:
        return


def test_every_type_of_the_field_value_is_told() -> None:
    body = answer(
        {
            "name": "co2",
            "columns": ["fieldKey", "fieldType"],
            "values": [["value", "float"], ["value", "integer"], ["other", "string"]],
        }
    )
    assert types(body) == {"float", "integer"}
