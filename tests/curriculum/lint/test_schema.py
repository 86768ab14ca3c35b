"""The schema of the front matter is that of the model, and is a JSON Schema."""

import copy

import frontmatter
import pytest
from jsonschema import Draft202012Validator

from curriculum import reading
from curriculum.lint import schema
from curriculum.lint.rules.front import _as_json


def test_the_file_is_what_the_model_makes() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), (
        "run: python -m curriculum.lint.schema > curriculum/module.schema.json"
    )


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(schema.kept())


def test_every_part_says_what_it_is_for() -> None:
    for name, part in schema.kept()["$defs"].items():
        assert part.get("description"), name


@pytest.mark.parametrize("line", ["id", "title", "objectives", "workshop", "badge", "safety"])
def test_a_front_matter_without_a_line_is_refused_as_by_the_model(line: str) -> None:
    head = frontmatter.load(str(reading.TEMPLATE / "fr.md")).metadata
    validator = Draft202012Validator(schema.kept())
    assert validator.is_valid(_as_json(head))
    lacking = copy.deepcopy(head)
    del lacking[line]
    assert not validator.is_valid(_as_json(lacking))
