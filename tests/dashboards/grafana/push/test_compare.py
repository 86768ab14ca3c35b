"""What differs is found field by field; what Grafana adds of itself is not a difference."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboards.grafana.push.compare import ABSENT, Difference, differences
from dashboards.grafana.push.kinds.durations import seconds

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
trees: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(trees)
def test_nothing_differs_from_itself(tree: Any) -> None:
    assert list(differences(tree, copy.deepcopy(tree))) == []


@given(trees, trees)
def test_what_differs_one_way_differs_the_other_way(one: Any, other: Any) -> None:
    there = {(each.path, repr(each.found)) for each in differences(one, other)}
    back = {(each.path, repr(each.wanted)) for each in differences(other, one)}
    assert there == back


@given(st.dictionaries(st.sampled_from("abcd"), trees, max_size=3))
def test_empty_and_absent_are_the_same(tree: dict[str, Any]) -> None:
    filled = {**tree, "x": None, "y": False, "z": [], "v": {}, "w": ""}
    assert list(differences(tree, filled)) == []
    assert list(differences(filled, tree)) == []


def test_zero_is_a_value() -> None:
    assert list(differences({"min": 0}, {})) == [Difference("min", 0, ABSENT)]
    assert list(differences({}, {"min": 0})) == [Difference("min", ABSENT, 0)]


def test_an_element_is_known_by_its_id_and_called_by_its_title() -> None:
    wanted = [{"id": 1, "title": "Air", "unit": "ppm"}, {"id": 2, "title": "Bruit"}]
    found = [{"id": 3, "title": "Neu"}, {"id": 1, "title": "Air", "unit": "%"}, wanted[1]]
    assert [tuple(each) for each in differences({"panels": wanted}, {"panels": found})] == [
        ("panels[“Air”].unit", "ppm", "%"),
        ("panels[“Neu”]", ABSENT, {"id": 3, "title": "Neu"}),
    ]


def test_an_empty_element_is_an_element() -> None:
    assert list(differences([{}], [])) != []


def test_another_order_is_a_difference() -> None:
    assert [each.path for each in differences({"x": ["a", "b"]}, {"x": ["b", "a"]})] == ["x[…]"]


def test_durations_of_prometheus() -> None:
    assert seconds("24h") == seconds("1d") == 86_400
    assert seconds("1h30m") == 5400
    assert seconds("0s") == 0
    assert (seconds("soon"), seconds(60), seconds(None), seconds("")) == ("soon", 60, None, "")
