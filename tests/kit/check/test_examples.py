"""Each kind of mistake is found in its example, alone, and not in the same put right."""

import ast
from pathlib import Path

import pytest

from kit.catalogue import builds, load_build
from kit.check import Target, check
from kit.check.examples import EXAMPLES
from kit.check.page import found, page

ROOT = Path(__file__).resolve().parents[3]
CHECK = ROOT / "kit" / "check"
NO_CODES = {"examples.py", "page.py"}


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_mistake_is_found_alone_and_is_gone_once_it_is_put_right(code):
    example = EXAMPLES[code]
    target = Target(load_build(example.build))
    wrong = check(example.program(example.wrong), target)
    assert [finding.code for finding in wrong] == [code]
    assert check(example.program(example.right), target) == []


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_mistake_has_its_sentence_in_french_and_in_english(code):
    french, english = found(EXAMPLES[code], "fr"), found(EXAMPLES[code], "en")
    assert french.message != english.message
    assert french.action != english.action
    for sentence in (french.message, english.message):
        assert sentence.endswith(".")
        assert len(sentence) <= 110


def test_every_code_has_an_example():
    assert set(codes_in_the_source()) == set(EXAMPLES)


def test_the_page_of_mistakes_is_the_one_that_the_examples_make():
    written = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    assert written == page(), "python -m kit.check.page > docs/mistakes.md"


@pytest.mark.parametrize("build", builds())
def test_the_programs_of_the_kit_have_no_mistake(build):
    source = (ROOT / "device" / "builds" / build / "main.py").read_text(encoding="utf-8")
    assert check(source, Target(load_build(build))) == []
    assert check(source, Target()) == []
    for chip in ("esp32s3", "esp32c3"):
        assert check(source, Target(load_build(build), chip)) == []


def codes_in_the_source():
    """Yield what is given as a code to Finding(…), find(…) and on(…), and returned by compiled."""
    for path in CHECK.rglob("*.py"):
        if path.name in NO_CODES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("Finding", "find", "on", "_indented"):
                    yield from texts(node.args)
            elif path.name == "compiled.py" and isinstance(node, ast.Return):
                yield from texts(getattr(node.value, "elts", [])[:1])


def texts(nodes):
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value


def test_a_decimal_comma_among_named_values_is_told_as_such():
    example = EXAMPLES["decimal-comma"]
    source = example.program("    station.send(co2=812, temperature=19,5)\n")
    findings = check(source, Target(load_build(example.build)))
    assert [(finding.code, finding.column) for finding in findings] == [("decimal-comma", 39)]


def test_a_pin_to_be_switched_is_not_offered_one_that_only_reads():
    source = EXAMPLES["decimal-comma"].program("    Pin(12, Pin.OUT)\n")
    (finding,) = check("from machine import Pin\n" + source, Target(load_build("air")))
    assert finding.code == "pin-not-usable"
    assert "33" in finding.action
    assert "34" not in finding.action
