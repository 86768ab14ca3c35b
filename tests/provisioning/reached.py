"""How the tests show that every error card is reached: each by a test that causes it for real.

    from tests.provisioning.reached import meets

    async def test_a_port_that_another_program_holds_is_said(bench):
        with somebody_holds(bench.boards[0].port), meets("port-busy"):
            await preflight.examine(bench.boards[0].port)

:func:`meets` fails unless the code within raises that card, from the kit and not from the test.
Where the failure is not raised but kept (``Job.failure``, a line of JSON), use :func:`assert_card`.
Both check cause and action in French and in English.

``test_cards.py`` reads the calls of these two functions out of all tests and compares them with the
catalogue: a card that no test reaches fails there. It reads literals: write ``meets("port-busy")``,
not ``meets(code)``.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit import i18n
from provisioning import cards
from provisioning.cards import PLATFORMS, Card, CardError

TESTS = Path(__file__).resolve().parent.parent


class Met:
    """What :func:`meets` caught; ``error`` is there after the block."""

    error: CardError


@contextmanager
def meets(code: str) -> Iterator[Met]:
    """Expect the block to fail with that card."""
    met = Met()
    try:
        yield met
    except CardError as error:
        assert not _raised_by_a_test(error), "the test itself raised the card"
        assert_card(error, code)
        met.error = error
        return
    raise AssertionError(f"nothing failed; expected the card {code}")


def assert_card(failure: BaseException | str | None, code: str) -> None:
    """Check that a failure, or the code in a report, is that card, and its words in both languages.

    A failure must also carry the card's own cause and action, in the language in use.
    """
    if isinstance(failure, CardError):
        assert failure.code == code, f"{failure.code} ({failure.seen}) instead of {code}"
        card = cards.find(code)
        assert (failure.cause, failure.action) == (card.cause, card.action_on())
    else:
        assert failure == code, f"{failure!r} instead of {code}"
    for language in ("fr", "en"):
        with speaking(language):
            assert_well_said(cards.find(code))


def assert_well_said(card: Card) -> None:
    """Check that a card has a title, one sentence of cause and one of action on each platform."""
    assert card.title
    assert not card.title.endswith(".")
    assert set(card.actions) <= set(PLATFORMS)
    for sentence in (card.cause, *(card.action_on(platform) for platform in PLATFORMS)):
        assert re.fullmatch(r"[^\n]+[.?!]", sentence), sentence
        assert not re.search(r"[.!?…] +[A-ZÀ-Ý«“]", sentence), f"two sentences: {sentence}"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use a language for a while."""
    before = i18n.current()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


def codes_reached() -> set[str]:
    """Return the codes of all cards that some test names as met."""
    return {code for path in TESTS.rglob("test_*.py") for code in _codes_met(path)}


def _codes_met(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name in ("meets", "assert_card"):
            yield from (
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )


def _raised_by_a_test(error: BaseException) -> bool:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and TESTS in Path(traceback.tb_frame.f_code.co_filename).parents
