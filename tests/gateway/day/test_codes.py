"""Codes of sessions are read off a wall and typed on a telephone."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.day.codes import LETTERS, is_code, new_code, read_code


def test_no_letter_is_a_vowel_and_none_looks_like_a_figure() -> None:
    assert not set(LETTERS) & set("AEIOUY0123456789")
    for letters in ("BP", "CG", "DQ", "FS", "MN", "UV", "VW"):
        assert len(set(letters) & set(LETTERS)) <= 1, letters


def test_new_codes_are_codes_and_none_is_in_use() -> None:
    used: set[str] = set()
    for _number in range(500):
        code = new_code(used)
        assert is_code(code)
        assert code not in used
        used.add(code)


def test_what_reads_as_a_rude_word_is_no_code() -> None:
    assert not is_code("FCKR")
    assert not is_code("BTCH")


@given(st.sampled_from([("bcdf"), ("B C D F"), (" bc-df "), ("Bc.Df\n"), ("b\u00a0cdf")]))
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "BCDF"


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_code_or_nothing(typed: str) -> None:
    code = read_code(typed)
    assert code == "" or is_code(code)


@given(st.text(alphabet=LETTERS, min_size=5, max_size=60))
def test_more_than_four_letters_are_no_code(typed: str) -> None:
    assert read_code(typed) == ""
