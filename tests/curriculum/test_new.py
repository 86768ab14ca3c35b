"""A new module is whole from its first moment, and says what is still to be written."""

from pathlib import Path

import pytest

from curriculum import new, reading
from curriculum.lint import lint
from kit.catalogue import builds, load_build
from kit.check import Severity
from kit.cli.curriculum_known import known
from kit.errors import FabnumError


@pytest.mark.parametrize("build", ["lamp", "vote"])
def test_a_new_module_has_no_mistake_and_reminds_of_its_texts(build: str, tmp_path: Path) -> None:
    folder = new.make(build, "M10", tmp_path)
    findings = lint([folder], known(), beside=reading.folders())
    assert {(f.code, f.severity) for f in findings} == {("to-do", Severity.WARNING)}
    assert {f.file.name for f in findings} == {p.name for p in folder.glob("*.md")}


@pytest.mark.parametrize("build", builds())
def test_it_holds_the_facts_of_its_build(build: str, tmp_path: Path) -> None:
    module = reading.load(new.make(build, "M10", tmp_path))
    assert module.front.build == build
    assert module.front.title == load_build(build).workshop.name
    steps = sum(step.minutes for step in module.front.workshop.steps)
    assert steps == load_build(build).workshop.minutes


def test_it_takes_the_next_id_that_nobody_has() -> None:
    assert new.next_id([]) == "M10"
    assert new.next_id(["M01", "M10", "M12"]) == "M11"
    with pytest.raises(FabnumError):
        new.next_id(f"M{number}" for number in range(10, 100))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    folder = new.make("lamp", "M10", tmp_path)
    (folder / "fr.md").write_text("À moi.", encoding="utf-8")
    with pytest.raises(FabnumError):
        new.make("lamp", "M10", tmp_path)
    assert (folder / "fr.md").read_text(encoding="utf-8") == "À moi."


@pytest.mark.parametrize(
    ("build", "module_id"), [("lampe", "M10"), ("lamp", "10"), ("lamp", "../M")]
)
def test_what_is_no_build_or_no_id_is_refused(build: str, module_id: str, tmp_path: Path) -> None:
    with pytest.raises(FabnumError):
        new.make(build, module_id, tmp_path)
    assert list(tmp_path.iterdir()) == []
