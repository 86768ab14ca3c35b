"""The modules as a static site: whole, the same bytes twice, every link leads somewhere."""

import json
import os
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import msgspec
import pytest

from curriculum import reading
from curriculum.document import markdown
from curriculum.document.nodes import Code, Directive
from curriculum.site import folder
from curriculum.site.html import Writer
from curriculum.site.render import render
from curriculum.site.shelf import Shelf
from curriculum.site.version import version_of
from kit.catalogue import load_build
from kit.cli.curriculum_known import known
from kit.errors import FabnumError

TEMPLATE = Path(reading.__file__).parent / "template"
FORBIDDEN = re.compile(r"""\s(style|on[a-z]+)=|<style|<script>|<iframe|@import|url\(""")


@pytest.fixture(scope="module")
def drawn():
    """Return a module with everything in it, of the build that is drawn most quickly."""
    module = reading.load(TEMPLATE)
    front = msgspec.structs.replace(module.front, id="M98", build="weather", board="build-weather")
    return msgspec.structs.replace(module, front=front, build=load_build("weather"))


@pytest.fixture(scope="module")
def template():
    """Return the template, without its wiring, which takes a while to draw."""
    module = reading.load(TEMPLATE)
    texts = {
        language: tuple(block for block in blocks if block != Directive("wiring"))
        for language, blocks in module.texts.items()
    }
    return msgspec.structs.replace(module, texts=texts)


@pytest.fixture(scope="module")
def site(template, drawn):
    return render([template, drawn], known())


@pytest.fixture(scope="module", params=["small", pytest.param("kit", marks=pytest.mark.slow)])
def any_site(request, site):
    """Return the small site, then that of all modules of the kit."""
    return site if request.param == "small" else render(reading.modules(), known())


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data):
        self.text += data

    @property
    def ids(self):
        return [each["id"] for _tag, each in self.tags if "id" in each]


def pages_of(site):
    return {path: Elements(text.decode()) for path, text in site.items() if path.endswith(".html")}


def test_every_module_has_its_pages_in_both_languages(site):
    for language in ("fr", "en"):
        for name in ("index", "m00-lamp", "m00-lamp-residents", "m98-weather", "facilitators"):
            assert f"{language}/{name}.html" in site


def test_every_link_and_every_picture_leads_to_something_that_is_there(any_site):
    pages = pages_of(any_site)
    checked = 0
    for path, page in pages.items():
        for tag, attributes in page.tags:
            address = attributes.get("href") or attributes.get("src") or attributes.get("action")
            if address is None:
                continue
            target = urlsplit(address)
            assert not target.scheme, (path, address)
            assert not target.netloc, (path, address)
            goal = normpath(join(dirname(path), target.path)) if target.path else path
            assert goal in any_site, (path, tag, address)
            if target.fragment:
                assert target.fragment in pages[goal].ids, (path, address)
            checked += 1
    assert checked > 100


def test_ids_are_unique_on_each_page(any_site):
    for path, page in pages_of(any_site).items():
        assert len(page.ids) == len(set(page.ids)), path


def test_nothing_on_a_page_needs_what_strict_headers_forbid(any_site):
    for path, content in any_site.items():
        if path.endswith((".html", ".css")):
            assert not FORBIDDEN.search(content.decode()), path


def test_headings_go_down_one_level_at_a_time(any_site):
    for path, page in pages_of(any_site).items():
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        jumps = [b - a for a, b in pairwise(levels)]
        assert max(jumps, default=0) <= 1, path


def test_every_picture_has_words_that_stand_for_it(any_site):
    shown = [a for page in pages_of(any_site).values() for tag, a in page.tags if tag == "img"]
    assert shown
    assert all(attributes.get("alt") for attributes in shown)


def test_the_same_modules_give_the_same_bytes(template, drawn, site):
    assert render([template, drawn], known()) == site


def test_each_language_speaks_its_own(site):
    pages = pages_of(site)
    assert ("html", {"lang": "fr"}) in pages["fr/m00-lamp.html"].tags
    assert ("html", {"lang": "en"}) in pages["en/m00-lamp.html"].tags
    assert "Prérequis et sécurité" in pages["fr/m00-lamp.html"].text
    assert "Before you start, and safety" in pages["en/m00-lamp.html"].text


def test_a_module_without_a_translation_is_shown_in_french_and_says_so(template):
    french = msgspec.structs.replace(
        template, texts={"fr": template.texts["fr"]}, sheets={"fr": template.sheets["fr"]}
    )
    page = Elements(render([french], known())["en/m00-lamp.html"].decode())
    assert ("article", {"lang": "fr", "data-ticks": "M00"}) in page.tags
    assert ("html", {"lang": "en"}) in page.tags


def test_a_module_without_a_residents_sheet_has_no_link_to_one(template):
    site = render([msgspec.structs.replace(template, sheets={})], known())
    assert "fr/m00-lamp-residents.html" not in site
    assert b"m00-lamp-residents.html" not in site["fr/index.html"] + site["fr/m00-lamp.html"]


def test_no_modules_at_all_still_make_a_site():
    site = render([], known())
    assert "fr/index.html" in site
    assert "en/cards.html" in site


def test_two_modules_of_one_id_are_refused(template):
    with pytest.raises(FabnumError, match="M00"):
        render([template, template], known())


def test_solutions_are_folded_and_the_whole_program_can_be_taken(site):
    html = site["fr/m00-lamp.html"].decode()
    assert html.count('<details class="solution">') == 2
    assert site["files/m00-lamp/solution-1.py"] == (TEMPLATE / "solutions" / "1.py").read_bytes()


def test_lines_of_one_solution_that_follow_each_other_share_a_fold(template):
    quoted = Code("python", "a = 1\n", {"solution": "1"})
    written = writer().blocks((quoted, quoted, Code("python", "b = 2\n", {"solution": "2"})))
    assert written.count("<details") == 2


def test_minutes_stand_beside_the_sections_that_have_some(site):
    page = Elements(site["en/m00-lamp.html"].decode())
    assert "40\u00a0min" in page.text


def test_every_section_and_every_card_can_be_found(site):
    script = site["fr/index.js"].decode()
    entries = json.loads(script.removeprefix("window.fabnumIndex = ").removesuffix(";\n"))
    addresses = {address for _page, _title, address, _text in entries}
    assert {"m00-lamp.html#challenges", "cards.html#port-busy"} <= addresses
    assert "m00-lamp-residents.html#page-1" in addresses
    pages = pages_of(site)
    for address in addresses:
        name, _hash, anchor = address.partition("#")
        assert anchor in pages[f"fr/{name}"].ids


def test_what_a_text_says_is_never_read_as_html():
    blocks = markdown.read("A `<b>` & <i>, **<u>**.\n\n```python\nx = '<s>'\n```\n")
    written = writer().blocks(blocks)
    assert "<b>" not in written
    assert "<u>" not in written
    assert "<s>" not in written
    assert "&lt;i&gt;" in written


def test_links_lead_to_cards_and_modules_and_nowhere_else(template):
    shelf = Shelf([template], known())
    assert shelf.follow("card:port-busy") == "cards.html#port-busy"
    assert shelf.follow("module:M00") == "m00-lamp.html"
    assert shelf.follow("#challenge-1") == "#challenge-1"
    assert shelf.follow("module:M77") == ""
    assert shelf.follow("../../secret.txt") == ""
    assert shelf.follow("javascript:alert(1)") == ""


def test_a_tick_keeps_its_name_when_lines_come_in_before_it():
    def names(text):
        return re.findall(r'data-check="(\w+)"', writer().blocks(markdown.read(text)))

    assert names("- [ ] One.\n- [ ] Two.\n")[1] == names("- [ ] Two.\n")[0]


def test_a_picture_that_is_not_there_is_named(template, tmp_path):
    texts = {"fr": markdown.read("## A {#a}\n\n![Words](missing.png)\n")}
    broken = msgspec.structs.replace(template, folder=tmp_path, texts=texts, sheets={})
    with pytest.raises(FabnumError, match=r"missing\.png"):
        render([broken], known())


def writer():
    return Writer(follow=lambda address: address, picture=lambda _: "x.png", program=str)


# --- the folder -----------------------------------------------------------------------------------


def test_a_new_folder_is_made_with_those_above_it(tmp_path):
    folder.write(tmp_path / "a" / "b", {"fr/index.html": b"1"}, "v1")
    assert (tmp_path / "a" / "b" / "fr" / "index.html").read_bytes() == b"1"
    assert folder.version_in(tmp_path / "a" / "b") == "v1"


def test_a_folder_made_before_is_made_anew_without_leftovers(tmp_path):
    folder.write(tmp_path / "out", {"old.html": b"1", "same.html": b"1"}, "v1")
    folder.write(tmp_path / "out", {"same.html": b"2"}, "v2")
    assert not (tmp_path / "out" / "old.html").exists()
    assert (tmp_path / "out" / "same.html").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["notes.txt", "fr/notes.txt"])
def test_what_somebody_put_there_is_never_taken_away(tmp_path, name):
    out = tmp_path / "out"
    folder.write(out, {"fr/index.html": b"1"}, "v1")
    (out / name).write_text("mine")
    with pytest.raises(FabnumError, match=r"notes\.txt"):
        folder.write(out, {"fr/index.html": b"2"}, "v2")
    assert (out / name).read_text() == "mine"
    assert (out / "fr" / "index.html").read_bytes() == b"1"


def test_a_folder_with_other_things_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.odt").write_text("mine")
    with pytest.raises(FabnumError):
        folder.write(tmp_path / "out", {"index.html": b"1"}, "v1")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.odt"]


def test_a_file_of_that_name_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(FabnumError):
        folder.write(tmp_path / "out", {"index.html": b"1"}, "v1")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_and_what_file_managers_leave_are_no_hindrance(tmp_path):
    (tmp_path / "out").mkdir()
    folder.write(tmp_path / "out", {"index.html": b"1"}, "v1")
    (tmp_path / "out" / ".DS_Store").write_text("litter")
    folder.write(tmp_path / "out", {"index.html": b"2"}, "v2")
    assert (tmp_path / "out" / "index.html").read_bytes() == b"2"


def test_a_writing_that_fails_half_way_leaves_what_was_there(tmp_path):
    folder.write(tmp_path / "out", {"index.html": b"1"}, "v1")
    # A path through a file cannot be made: the second file fails after the first was written.
    with pytest.raises(FabnumError):
        folder.write(tmp_path / "out", {"a": b"2", "a/b": b"2"}, "v2")
    assert (tmp_path / "out" / "index.html").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_where_one_may_not_write_is_a_sentence(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FabnumError):
            folder.write(tmp_path / "out", {"index.html": b"1"}, "v1")
    finally:
        tmp_path.chmod(0o700)


def test_the_version_changes_with_the_sites_own_modules(tmp_path):
    before = version_of(tmp_path)
    assert before == version_of(tmp_path)
    (tmp_path / "10-mine").mkdir()
    (tmp_path / "10-mine" / "fr.md").write_text("x")
    assert version_of(tmp_path) != before
