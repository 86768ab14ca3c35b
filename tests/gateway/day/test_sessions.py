"""Sessions of workshops outlive a power cut, and close into anonymous totals."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.day import Session, Sessions, Step
from gateway.day.sessions import FORGOTTEN_S, ClosedError
from gateway.day.tokens import new_token
from gateway.workshops import Workshops
from kit.errors import FabnumError

PLAN = (Step(10, {"fr": "Accueillir"}, {"fr": "Dire bonjour."}, {"fr": "Accueil"}),)
YES = {"understood": "good", "again": "so-so", "return": "not"}


def wanted(place: str = "ecole-pasteur", workshop: str = "M02") -> Session:
    return Session(
        workshop=workshop,
        town="gonesse",
        place=place,
        place_name="École Pasteur",
        objects=("air-1", "lamp-1"),
        plan=PLAN,
    )


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workshops.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(path: Path, clock: Clock) -> Iterator[Sessions]:
    with closing(Sessions(path, clock)) as opened:
        yield opened


def answer(sessions: Sessions, session: Session, **answers: str) -> bool:
    token = new_token(session.secret, session.code)
    return sessions.answer(session.code, token, answers or YES)


def asked(sessions: Sessions) -> Session:
    session = sessions.open(wanted())
    sessions.ask(session.code)
    return session


def test_a_session_is_found_again_as_it_was_opened(sessions: Sessions, path: Path) -> None:
    opened = sessions.open(wanted())
    with closing(Sessions(path)) as others:
        assert others.all() == [opened]
    assert opened.plan == PLAN
    assert len(opened.code) == 4


def test_one_place_has_one_open_session_and_another_place_another(sessions: Sessions) -> None:
    first = sessions.open(wanted())
    with pytest.raises(FabnumError, match=first.code):
        sessions.open(wanted())
    second = sessions.open(wanted("mediatheque"))
    assert {one.code for one in sessions.all()} == {first.code, second.code}


def test_a_place_is_free_again_once_its_session_is_closed(sessions: Sessions) -> None:
    sessions.stop(sessions.open(wanted()).code, 12)
    assert sessions.open(wanted()).code


def test_a_workshop_that_is_none_cannot_be_opened(sessions: Sessions) -> None:
    with pytest.raises(FabnumError, match="M99"):
        sessions.open(wanted(workshop="M99"))
    assert sessions.all() == []


def test_the_other_process_sees_by_the_version_that_something_has_changed(
    sessions: Sessions, path: Path
) -> None:
    with closing(Sessions(path)) as others:
        before = others.version()
        assert others.version() == before
        session = sessions.open(wanted())
        assert others.version() != before
        before = others.version()
        sessions.ask(session.code)
        assert others.version() != before


def test_a_page_counts_once_however_often_it_is_sent(sessions: Sessions) -> None:
    session = asked(sessions)
    token = new_token(session.secret, session.code)
    assert sessions.answer(session.code, token, YES)
    assert not sessions.answer(session.code, token, YES)
    assert not sessions.answer(session.code, token, {"understood": "not"})
    assert answers_after(sessions, session) == {
        ("understood", "good"): 1,
        ("again", "so-so"): 1,
        ("return", "not"): 1,
    }


def answers_after(sessions: Sessions, session: Session) -> dict[tuple[str, str], int]:
    """Close a session and return what was kept of its answers."""
    held = sessions.stop(session.code, None)
    with closing(Workshops(sessions.path)) as workshops:
        return workshops.answers().get(held.id, {})


def test_no_answer_is_taken_before_the_questions_are_open_nor_after_the_end(
    sessions: Sessions,
) -> None:
    session = sessions.open(wanted())
    with pytest.raises(ClosedError):
        answer(sessions, session)
    sessions.ask(session.code)
    assert answer(sessions, session)
    sessions.stop(session.code, 3)
    with pytest.raises(ClosedError):
        answer(sessions, session)


def test_a_page_of_another_session_is_not_taken(sessions: Sessions) -> None:
    session = asked(sessions)
    with pytest.raises(ClosedError):
        sessions.answer(session.code, new_token(b"somebody else's", session.code), YES)
    with pytest.raises(ClosedError):
        sessions.answer(session.code, "", YES)


def test_what_is_no_answer_is_not_counted(sessions: Sessions) -> None:
    session = asked(sessions)
    assert answer(sessions, session, understood="brilliant", name="Somebody")
    assert answers_after(sessions, session) == {}


def test_sixty_answers_at_once_are_all_counted(sessions: Sessions, path: Path) -> None:
    session = asked(sessions)
    stores = [sessions, Sessions(path)]

    def work(store: Sessions) -> None:
        for _page in range(30):
            answer(store, session, understood="good")

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[1].close()
    assert sessions.all()[0].answers == 60
    assert answers_after(sessions, session) == {("understood", "good"): 60}


def test_the_totals_are_noted_as_if_by_hand(sessions: Sessions, path: Path) -> None:
    session = asked(sessions)
    answer(sessions, session)
    held = sessions.stop(session.code, 14, 3)
    assert (held.workshop, held.place, held.people, held.learners) == (
        "M02",
        "École Pasteur",
        14,
        3,
    )
    with closing(Workshops(path)) as workshops:
        assert workshops.all() == [held]
    assert sessions.all() == []


def test_people_nobody_counted_are_those_who_answered(sessions: Sessions) -> None:
    session = asked(sessions)
    for _phone in range(7):
        answer(sessions, session)
    assert sessions.stop(session.code, None).people == 7


def test_a_session_closes_once(sessions: Sessions, path: Path) -> None:
    session = sessions.open(wanted())
    sessions.stop(session.code, 5)
    with closing(Sessions(path)) as others, pytest.raises(ClosedError):
        others.stop(session.code, 5)
    with closing(Workshops(path)) as workshops:
        assert len(workshops.all()) == 1


def test_people_that_cannot_be_leave_the_session_open(sessions: Sessions) -> None:
    session = sessions.open(wanted())
    with pytest.raises(FabnumError):
        sessions.stop(session.code, -1)
    assert [one.code for one in sessions.all()] == [session.code]


def test_a_forgotten_session_closes_by_itself_with_its_totals(
    sessions: Sessions, clock: Clock
) -> None:
    session = asked(sessions)
    answer(sessions, session)
    clock.now += FORGOTTEN_S - 1
    assert sessions.stop_forgotten() == []
    clock.now += 2
    (held,) = sessions.stop_forgotten()
    assert (held.people, held.day) == (1, session.day)
    assert sessions.all() == []


def test_nothing_of_an_open_session_is_left_once_it_is_closed(
    sessions: Sessions, path: Path
) -> None:
    session = asked(sessions)
    answer(sessions, session)
    sessions.stop(session.code, 3)
    with closing(sqlite3.connect(path)) as database:
        for table in ("sessions", "session_answers", "session_tokens"):
            assert database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,), table


def test_a_removed_workshop_takes_its_answers_with_it(sessions: Sessions, path: Path) -> None:
    session = asked(sessions)
    answer(sessions, session)
    held = sessions.stop(session.code, 3)
    with closing(Workshops(path)) as workshops:
        workshops.remove(held.id)
        assert workshops.answers() == {}


def test_a_damaged_file_is_said_in_one_sentence(path: Path) -> None:
    path.write_bytes(b"damaged " * 1000)
    with closing(Sessions(path)) as broken, pytest.raises(FabnumError, match=r"workshops\.sqlite"):
        broken.all()
