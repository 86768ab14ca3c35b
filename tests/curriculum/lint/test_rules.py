"""Each rule of the linter finds what it is for, and is silent about a sound module."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import frontmatter
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum import reading
from curriculum.known import Known
from curriculum.lint import Finding, lint, subject
from curriculum.lint.finding import Mistake
from curriculum.lint.rules import RULES
from kit.check import Severity
from tests.curriculum.lint.broken import BROKEN, add, edit


def found(folder: Path, known: Known) -> list[Finding]:
    """Lint the modules beside that folder, whatever it is called by now."""
    return lint([one for one in folder.parent.iterdir() if one.is_dir()], known)


def mistakes(code: str, folder: Path, known: Known) -> Iterator[Mistake]:
    """Yield what one rule finds in those modules."""
    folders = [one for one in folder.parent.iterdir() if one.is_dir()]
    every = tuple(subject.read(one, known) for one in folders)
    for one in every:
        yield from RULES[code](replace(one, others=every))


def test_nothing_is_found_in_a_sound_module(sound: Path, kit_known: Known) -> None:
    assert found(sound, kit_known) == []


def test_each_rule_has_a_module_that_it_finds_broken() -> None:
    assert BROKEN.keys() == RULES.keys()


@pytest.mark.parametrize("code", RULES)
def test_each_rule_names_the_file_the_cause_and_one_action(
    code: str, sound: Path, kit_known: Known, english: None
) -> None:
    assert list(mistakes(code, sound, kit_known)) == []
    BROKEN[code](sound)
    broken = list(mistakes(code, sound, kit_known))
    assert broken
    for mistake in broken:
        assert mistake.file.is_relative_to(sound.parent)
        assert mistake.message
        assert mistake.action


def test_all_mistakes_of_the_front_matter_are_said_at_once(
    sound: Path, kit_known: Known, english: None
) -> None:
    edit("fr.md", "difficulty: beginner", "difficulty: easy")(sound)
    edit("fr.md", "version: 0.1.0", "version: new")(sound)
    edit("fr.md", "people: 12", "people: 600")(sound)
    edit("fr.md", "  objects: 3\n", "")(sound)
    edit("fr.md", "board: build-lamp", "boards: build-lamp")(sound)
    said = " ".join(f.message for f in found(sound, kit_known) if f.code == "front-matter")
    for piece in ("“easy”", "“new”", "600", "“objects” is missing", "“boards”", "“board” is"):
        assert piece in said


def test_a_mistake_in_a_text_is_found_at_its_line(sound: Path, kit_known: Known) -> None:
    add("fr.md", "Que voyez-vous ?")(sound)
    lines = (sound / "fr.md").read_text(encoding="utf-8").splitlines()
    (finding,) = [f for f in found(sound, kit_known) if f.code == "french-spaces"]
    assert lines[finding.line - 1] == "Que voyez-vous ?"


def test_a_module_that_cannot_be_read_is_said_once(sound: Path, kit_known: Known) -> None:
    edit("fr.md", "id: M00", "id: [")(sound)
    errors = [f for f in found(sound, kit_known) if f.file.name == "fr.md"]
    assert [error.code for error in errors] == ["unreadable"]


def test_every_module_of_the_kit_passes(kit_known: Known) -> None:
    folders = reading.folders()
    errors = [f for f in lint(folders, kit_known) if f.severity is Severity.ERROR]
    assert [f"{f.file}:{f.line} {f.message} [{f.code}]" for f in errors] == []


def test_the_template_passes(kit_known: Known) -> None:
    assert lint([reading.TEMPLATE], kit_known, beside=reading.folders()) == []


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["fr", "en"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_front_matter_makes_the_linter_fail(
    data: st.DataObject, sound: Path, kit_known: Known
) -> None:
    head = frontmatter.load(str(reading.TEMPLATE / "fr.md")).metadata
    inner = data.draw(st.sampled_from(["", "workshop", "group", "badge"]))
    place = head[inner] if inner else head
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(anything)
    post = frontmatter.load(str(reading.TEMPLATE / "fr.md"))
    post.metadata = head
    (sound / "fr.md").write_text(frontmatter.dumps(post), encoding="utf-8")
    read = subject.read(sound, kit_known)
    for rule in RULES.values():
        list(rule(replace(read, others=(read,))))


@given(text=st.text(st.sampled_from("#*_`[](){}!>|- 1.ab\n«»\u00a0%é:"), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_text_makes_the_linter_fail(text: str, sound: Path, kit_known: Known) -> None:
    for name in ("fr.md", "residents.fr.md"):
        whole = (reading.TEMPLATE / name).read_text(encoding="utf-8")
        (sound / name).write_text(f"{whole}\n{text}\n", encoding="utf-8")
    read = subject.read(sound, kit_known)
    for code, rule in RULES.items():
        if code != "directive":  # it draws what it always draws
            list(rule(replace(read, others=(read,))))
