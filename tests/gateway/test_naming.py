"""Names that objects are given."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from gateway.naming import LONGEST, free_names
from kit.names import is_slug


def first(build: str, place: str, *taken: str) -> str:
    return next(free_names(build, place, taken))


def test_a_name_says_what_and_where() -> None:
    assert first("air", "École Pasteur") == "air-ecole-pasteur-1"
    assert first("lamp", "Maison du Cœur") == "lamp-maison-du-coeur-1"
    assert first("air", "l’école") == "air-l-ecole-1"


def test_the_next_free_number_is_taken() -> None:
    assert first("air", "Gonesse", "air-gonesse-1", "air-gonesse-3") == "air-gonesse-2"


def test_a_long_place_loses_its_small_words_first_then_its_middle() -> None:
    assert first("air", "Salle de la mairie") == "air-salle-de-la-mairie-1"
    assert first("climate", "Salle de la mairie") == "climate-salle-mairie-1"
    assert first("air", "École Jules Ferry, salle 12") == "air-ecole-jules-12-1"
    assert first("air", "Anticonstitutionnellement") == "air-anticonstitutionnel-1"


def test_a_place_without_a_letter_needs_none() -> None:
    assert first("air", "…") == "air-1"


@given(
    st.sampled_from(["air", "climate", "lamp", "x" * 32]),
    st.text(max_size=80),
    st.integers(0, 40),
)
def test_any_place_makes_short_different_slugs(build: str, place: str, count: int) -> None:
    names = list(islice(free_names(build, place, ()), count))
    assert len(set(names)) == count
    assert all(is_slug(name) for name in names)
    if len(build) < LONGEST - 4:
        assert all(len(name) <= LONGEST for name in names)


@given(st.text(max_size=60), st.integers(1, 30))
def test_what_is_taken_is_not_given_again(place: str, count: int) -> None:
    taken = set(islice(free_names("air", place, ()), count))
    assert first("air", place, *taken) not in taken
