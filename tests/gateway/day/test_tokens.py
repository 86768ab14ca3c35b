"""A page's token is ours alone, and of one session alone."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from gateway.day.tokens import is_ours, new_token

SECRET = secrets.token_bytes(16)


def test_each_page_has_a_token_of_its_own() -> None:
    tokens = {new_token(SECRET, "BCDF") for _page in range(1000)}
    assert len(tokens) == 1000
    assert all(is_ours(token, SECRET, "BCDF") for token in tokens)


def test_another_session_does_not_take_it() -> None:
    token = new_token(SECRET, "BCDF")
    assert not is_ours(token, SECRET, "BCDH")
    assert not is_ours(token, secrets.token_bytes(16), "BCDF")


def test_one_changed_letter_spoils_it() -> None:
    token = new_token(SECRET, "BCDF")
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert not is_ours(token[:place] + other + token[place + 1 :], SECRET, "BCDF")


@given(st.text(max_size=80))
def test_whatever_is_sent_instead_is_not_ours(sent: str) -> None:
    assert not is_ours(sent, SECRET, "BCDF")
