"""docs/modules.md explains every line of the front matter, every fact and every step of a proof."""

import re
from pathlib import Path

import msgspec
import pytest

from curriculum import facts, lint
from curriculum.lint.rules.code import ATTRIBUTES
from curriculum.model import SECTIONS, FrontMatter, Proof

PAGE = (Path(__file__).parents[2] / "docs" / "modules.md").read_text(encoding="utf-8")
INLINE = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", PAGE)
NAMED = set(re.findall(r"[a-z0-9_-]+", " ".join(INLINE)))


@pytest.mark.parametrize(
    "names",
    [
        [field.name for field in msgspec.structs.fields(FrontMatter)],
        [field.name for field in msgspec.structs.fields(Proof)],
        list(facts.DIRECTIVES),
        list(SECTIONS),
        list(ATTRIBUTES),
    ],
    ids=["front matter", "proofs", "facts", "sections", "code"],
)
def test_everything_that_may_be_written_is_explained(names: list[str]) -> None:
    assert set(names) <= NAMED


def test_the_example_of_a_proof_is_one() -> None:
    import yaml

    (example,) = re.findall(r"```yaml\n(proof:.*?)```", PAGE, re.DOTALL)
    proof = msgspec.convert(yaml.safe_load(example)["proof"], list[Proof])
    assert proof[0].around == {"co2": 900}
    assert proof[1].shows == "act"


def test_the_folder_of_rules_is_where_it_says() -> None:
    assert "curriculum/lint/rules/__init__.py" in PAGE
    assert (Path(lint.__file__).parent / "rules" / "__init__.py").is_file()
