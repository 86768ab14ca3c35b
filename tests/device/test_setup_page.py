"""The page's HTML: right in both languages, small, safe against names that are not meant kindly."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fabnum.setup import en, fr, networks, page

SETTINGS = {
    "wifi": [{"ssid": "home", "password": "never-shown-1"}],
    "broker": {"host": "10.0.0.1", "port": 8883, "user": "lamp", "password": "never-shown-2"},
}
NASTY = '"><script>alert(1)</script>&amp;'
LANGUAGES = [fr.TEXTS, en.TEXTS]
VOID = {"meta", "link", "input", "path"}


class Reader(HTMLParser):
    """Checks that what is opened is closed; collects elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def view(*ssids: str) -> page.View:
    air = [networks.Seen(ssid, -50, 3) for ssid in ssids]
    return page.View("lampe-07", air, SETTINGS)


def html(texts: dict[str, Any], shown: page.View) -> str:
    return "".join(page.form(texts, shown))


def test_both_languages_say_the_same_things() -> None:
    assert set(fr.TEXTS) == set(en.TEXTS)
    for key, text in fr.TEXTS.items():
        if isinstance(text, str):
            assert text.count("%s") == en.TEXTS[key].count("%s"), key
        else:
            assert len(text) == len(en.TEXTS[key]), key


def test_the_french_has_its_spaces() -> None:
    words = " ".join(
        text if isinstance(text, str) else " ".join(text) for text in fr.TEXTS.values()
    )
    assert not re.search(r"[\w»] [:;!?%»]", words)
    assert not re.search(r"« ", words)
    assert "'" not in words
    assert "..." not in words


@pytest.mark.parametrize("texts", LANGUAGES)
def test_every_field_has_a_label_and_no_file_comes_from_elsewhere(texts: dict[str, Any]) -> None:
    read = Reader(html(texts, view("box", "home")))
    labelled = {label.get("for") for label in read.all("label")}
    for field in read.all("input"):
        if field.get("type") == "text":
            assert field["id"] in labelled
    assert read.all("html")[0]["lang"] == texts["lang"]
    assert read.all("script") == []
    assert [link["href"] for link in read.all("link")] == ["data:,"]
    described = {field.get("aria-describedby") for field in read.all("input")} - {None}
    assert described <= {paragraph.get("id") for paragraph in read.all("p")}


def test_no_secret_is_shown() -> None:
    for texts in LANGUAGES:
        assert "never-shown" not in html(texts, view("home"))


@pytest.mark.parametrize("texts", LANGUAGES)
def test_names_that_are_html_stay_names(texts: dict[str, Any]) -> None:
    shown = view(NASTY)
    shown.problem, shown.problem_ssid = "wrong-password", NASTY
    shown.name = shown.host = shown.port = NASTY
    read = Reader(html(texts, shown))
    assert read.all("script") == []
    values = [field.get("value") for field in read.all("input")]
    assert values.count(NASTY) == 4
    assert Reader("".join(page.done(texts, NASTY, NASTY))).all("script") == []


@pytest.mark.parametrize("texts", LANGUAGES)
@pytest.mark.parametrize(
    "problem",
    ["wrong-password", "no-network", "refused", "no-address", "no-broker", "tls", "credentials"],
)
def test_what_went_wrong_stands_first(texts: dict[str, Any], problem: str) -> None:
    shown = view("box")
    shown.problem, shown.problem_ssid = problem, "box"
    said = html(texts, shown)
    assert said.index('role="alert"') < said.index("<form")
    assert texts[problem].partition("%s")[0] in said
    assert "%s" not in said


@pytest.mark.parametrize(
    ("error", "field"),
    [("key-wrong", "key"), ("host-wrong", "host"), ("port-wrong", "port"), ("name-wrong", "name")],
)
def test_a_mistake_is_shown_at_its_field_which_can_be_seen(error: str, field: str) -> None:
    shown = view("box")
    shown.error, shown.name = error, "a name"
    read = Reader(html(fr.TEXTS, shown))
    wrong = [entry["id"] for entry in read.all("input") if "aria-invalid" in entry]
    assert wrong == [field]
    hidden = [entry for entry in read.all("details") if "open" not in entry]
    assert len(hidden) == (0 if field in ("host", "port") else 1)


def test_the_page_is_small_and_comes_in_small_pieces() -> None:
    pieces = list(page.form(fr.TEXTS, view(*[f"{i:032}" for i in range(16)])))
    assert sum(len(piece.encode()) for piece in pieces) < 14_000
    assert max(len(piece) for piece in pieces) < 520


def test_a_network_that_wants_a_login_cannot_be_chosen() -> None:
    shown = view()
    shown.networks = [networks.Seen("school", -50, 5)]
    inputs = Reader(html(fr.TEXTS, shown)).all("input")
    assert [entry["value"] for entry in inputs if "disabled" in entry] == ["school"]
