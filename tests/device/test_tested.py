"""The result of a self-test stays on the board until the site has it, and no longer."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fabnum import config, tested

RESULT = {"passed": True, "at": 1795324867, "firmware": "6030d116", "tests": []}


class Link:
    """A connection that is up, and has sent what it was given."""

    def __init__(self) -> None:
        self.flushed = 0

    async def connected(self) -> None:
        pass

    async def flush(self) -> None:
        self.flushed += 1


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "FOLDER", str(tmp_path))
    return tmp_path


def tell() -> list[tuple[str, dict[str, Any]]]:
    events: list[tuple[str, dict[str, Any]]] = []
    asyncio.run(tested.tell(Link(), lambda name, data: events.append((name, data))))
    return events


def test_a_result_is_told_once() -> None:
    tested.keep(RESULT)
    assert tell() == [("self-test", RESULT)]
    assert tell() == []


def test_a_newer_result_takes_the_place_of_the_one_before(folder: Path) -> None:
    tested.keep({**RESULT, "passed": False})
    tested.keep(RESULT)
    assert [path.name for path in folder.iterdir()] == ["selftest.json"]
    assert tell() == [("self-test", RESULT)]


def test_it_stays_until_the_broker_has_it(folder: Path) -> None:
    class Cut(Link):
        async def flush(self) -> None:
            raise OSError("cut")

    tested.keep(RESULT)
    with pytest.raises(OSError, match="cut"):
        asyncio.run(tested.tell(Cut(), lambda name, data: None))
    assert json.loads((folder / "selftest.json").read_text()) == RESULT


@pytest.mark.parametrize("content", ["", "{", "[1]", "null"])
def test_what_is_no_result_is_dropped(folder: Path, content: str) -> None:
    (folder / "selftest.json").write_text(content)
    assert tell() == []
    assert not (folder / "selftest.json").exists()
