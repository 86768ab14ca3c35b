"""The language of a page: asked for, else what its reader is served by default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from kit.web.language import Speech, preferred

OFFERED = ["fr", "en"]


def asked(query: str = "") -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("lab", 80),
            "path": "/t/gonesse",
            "query_string": query.encode(),
            "headers": [],
        }
    )


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr;q=0.4, en;q=0.3", "fr"),
        ("de, fr;q=0.3, en;q=0.4", "en"),
        ("ar", "fr"),
        ("en;q=0, fr;q=0.1", "fr"),
        (";;;,q=,en;q=many", "fr"),
    ],
)
def test_the_language_that_the_browser_likes_best_is_taken(accepted: str, language: str) -> None:
    assert preferred(accepted, OFFERED) == language


@given(st.text())
def test_whatever_a_browser_sends_the_language_is_one_of_ours(accepted: str) -> None:
    assert preferred(accepted, OFFERED) in OFFERED


def test_a_language_that_was_asked_for_stays_in_all_links() -> None:
    speech = Speech(asked("lang=en"), OFFERED, "fr")
    assert speech.language == "en"
    assert speech.link("/") == "/?lang=en"
    assert speech.link("/o/x", said="done") == "/o/x?said=done&lang=en"


@pytest.mark.parametrize("query", ["", "lang=", "lang=de"])
def test_where_none_of_ours_is_asked_for_links_stay_short(query: str) -> None:
    speech = Speech(asked(query), OFFERED, "en")
    assert speech.language == "en"
    assert speech.link("/") == "/"


def test_the_other_languages_lead_to_the_same_page() -> None:
    speech = Speech(asked("page=2&said=done"), OFFERED, "fr", keeps=("page",))
    assert speech.others() == [("en", "English", "/t/gonesse?page=2&lang=en")]
    assert Speech(asked("page=2"), OFFERED, "en").others() == [
        ("fr", "Français", "/t/gonesse?lang=fr")
    ]
