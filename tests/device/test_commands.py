"""A command is checked, carried out once and answered, whatever arrives."""

import json
import sys
from typing import Any

import pytest
from fabnum import commands
from fabnum.commands import Commands
from hypothesis import given
from hypothesis import strategies as st

BUILD = {
    "colour": {"colour": "colour"},
    "brightness": {"percent": [0, 100]},
    "effect": {"effect": ["steady", "breathe"]},
    "follow": {"channel": "slug", "value": "number"},
    "say": {"text": "text"},
}
NOW = 1763700000


class Clock:
    def __init__(self, now: int | None = NOW) -> None:
        self._now = now

    def now(self) -> int | None:
        return self._now


class Board:
    """Commands with handlers that write down what they were told."""

    def __init__(self, now: int | None = NOW) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[dict[str, Any]] = []
        handlers = {name: self._handler(name) for name in [*BUILD, *commands.BUILT_IN]}
        self.commands = Commands(BUILD, handlers, Clock(now), self._answered)
        self.handlers = handlers

    def _handler(self, name: str) -> Any:
        def handle(**args: Any) -> None:
            self.told.append((name, args))

        return handle

    def _answered(self, answer: dict[str, Any]) -> None:
        self.answers.append(dict(answer))

    async def tell(self, name: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
        content = {"id": f"id-{len(self.answers)}", "name": name, "args": args, **more}
        await self.commands.handle(json.dumps(content).encode())
        return self.answers[-1]


async def test_a_command_is_carried_out_and_answered() -> None:
    board = Board()
    assert await board.tell("colour", {"colour": "#00ff80"}) == {"id": "id-0", "ok": True}
    assert board.told == [("colour", {"colour": "#00ff80"})]


async def test_an_async_handler_is_awaited() -> None:
    board = Board()
    done = []

    async def colour(colour: str) -> None:
        done.append(colour)

    board.handlers["colour"] = colour
    await board.tell("colour", {"colour": "#000000"})
    assert done == ["#000000"]


async def test_an_expired_command_is_not_carried_out() -> None:
    board = Board()
    answer = await board.tell("report", {}, expires=NOW - 1)
    assert answer == {"id": "id-0", "ok": False, "error": "expired"}
    assert board.told == []


async def test_a_board_without_the_time_carries_it_out() -> None:
    board = Board(now=None)
    assert (await board.tell("report", {}, expires=NOW - 1))["ok"]


async def test_a_repeated_id_is_answered_again_and_carried_out_once() -> None:
    board = Board()
    for _ in range(3):
        await board.tell("report", {}, id="same")
    assert len(board.told) == 1
    assert board.answers == [{"id": "same", "ok": True}] * 3


async def test_what_nobody_knows_is_said() -> None:
    board = Board()
    assert (await board.tell("explode", {}))["error"] == "unknown-command"
    del board.handlers["say"]
    assert (await board.tell("say", {"text": "x"}))["error"] == "unknown-command"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("colour", {"colour": "red"}),
        ("colour", {"colour": "#12345g"}),
        ("colour", {"colour": 255}),
        ("colour", {}),
        ("colour", {"colour": "#000000", "more": 1}),
        ("brightness", {"percent": 101}),
        ("brightness", {"percent": "50"}),
        ("brightness", {"percent": True}),
        ("brightness", {"percent": float("nan")}),
        ("effect", {"effect": "strobe"}),
        ("effect", {"effect": ["steady"]}),
        ("follow", {"channel": "CO2", "value": 1}),
        ("follow", {"channel": "co2", "value": None}),
        ("say", {"text": "x" * 201}),
        ("period", {"seconds": 0}),
        ("identify", {"now": 1}),
    ],
)
async def test_a_wrong_argument_never_reaches_the_program(name: str, args: dict[str, Any]) -> None:
    board = Board()
    assert (await board.tell(name, args))["error"] == "bad-argument"
    assert board.told == []


async def test_a_handler_that_fails_is_answered_and_the_next_command_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "print_exception", lambda error, file: None, raising=False)
    board = Board()

    def colour(colour: str) -> None:
        raise ValueError("no light")

    board.handlers["colour"] = colour
    assert (await board.tell("colour", {"colour": "#000000"}))["error"] == "failed"
    assert (await board.tell("report", {}))["ok"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_command_or_nothing(payload: bytes) -> None:
    command = commands.parse(payload)
    assert command is None or isinstance(command["id"], str)


@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "args", "expires"]),
        st.none() | st.integers() | st.text(max_size=70) | st.lists(st.integers(), max_size=2),
    )
)
def test_any_object_is_a_command_of_the_right_form_or_nothing(content: dict[str, Any]) -> None:
    command = commands.parse(json.dumps(content).encode())
    if command is not None:
        assert 0 < len(command["id"]) <= 64
        assert isinstance(command["name"], str)
        assert isinstance(command["args"], dict)


@given(
    st.sampled_from(["colour", "slug", "number", "text", [0, 5], ["a", "b"]]),
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.lists(st.text(max_size=2)),
)
def test_any_value_fits_or_does_not(kind: Any, value: Any) -> None:
    assert commands.fits({"x": kind}, {"x": value}) in (True, False)
