"""Style sheets, scripts and icons: named by what they hold, and nothing else is served."""

import re
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from kit.web.assets import Assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "page.css").write_text("body {}", encoding="utf-8")
    (folder / "live.js").write_text("'use strict';", encoding="utf-8")
    (tmp_path / "secret.css").write_text("", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("name", "kind"), [("page.css", "css"), ("live.js", "javascript")])
def test_a_file_is_served_for_ever_as_what_it_is(folder: Path, name: str, kind: str) -> None:
    assets = Assets(folder)
    answer = assets.answer(assets.url(name))
    assert answer.body == (folder / name).read_bytes()
    # Python 3.12 calls a script text/javascript, 3.11 application/javascript (RFC 9239).
    assert re.fullmatch(rf"(text|application)/{kind}(;.*)?", answer.headers["content-type"])
    assert "immutable" in answer.headers["cache-control"]


def test_a_changed_file_has_another_address(folder: Path) -> None:
    before = Assets(folder).url("page.css")
    assert Assets(folder).url("page.css") == before
    (folder / "page.css").write_text("body { margin: 0 }", encoding="utf-8")
    changed = Assets(folder)
    assert changed.url("page.css") != before
    with pytest.raises(HTTPException):
        changed.answer(before)


@pytest.mark.parametrize(
    "path", ["/static/page.css", "/static/", "/static/../secret.css", "page.css", ""]
)
def test_no_other_address_leads_anywhere(folder: Path, path: str) -> None:
    with pytest.raises(HTTPException) as raised:
        Assets(folder).answer(path)
    assert raised.value.status_code == 404
