"""Whatever the text, the checker answers with sentences and never with a traceback."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.catalogue import builds, load_build
from kit.check import Severity, Target, check, read
from kit.check.examples import EXAMPLES
from kit.check.program import lines_of

AIR = Target(load_build("air"))
WORDS = [
    *("from", "fabnum", "import", "station", "air", "=", ".", "part", "(", ")", '"scd41"', "\n"),
    *("@", "every", "60", "async", "def", "mesurer", ":", "\n    ", "await", "read", "send", "**"),
    *("while", "True", "for", "i", "in", "range", "if", "else", "lambda", "[", "]", "{", "}"),
    *("global", "run", "Pin", "machine", "'", '"', "“", "\u00a0", "\t", "#", "+=", "yield", "*"),
    *("class", "try", "except", "with", "as", "return", "del", "None", "1e999", "0x", "\\", ","),
]


def sentences_of(source, target=AIR):
    findings = read(source, target)
    lines = lines_of(source)
    for finding in findings:
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
        assert finding.width >= 1
        assert finding.message
        assert finding.action
        assert finding.severity in Severity
    assert findings == sorted(findings)
    return findings


@given(st.text())
@settings(max_examples=300)
def test_any_text_is_answered(source):
    sentences_of(source)


@given(st.lists(st.sampled_from(WORDS), max_size=60))
@settings(max_examples=500)
def test_any_heap_of_words_is_answered(words):
    sentences_of(" ".join(words))


@given(st.binary())
def test_any_bytes_read_as_text_are_answered(content):
    sentences_of(content.decode("utf-8", errors="surrogateescape"))


@given(st.integers(0, 10**9))
@settings(max_examples=300)
def test_a_program_with_a_piece_cut_or_moved_is_answered(seed):
    rng = random.Random(seed)
    example = EXAMPLES[rng.choice(sorted(EXAMPLES))]
    source = example.program(rng.choice((example.wrong, example.right)))
    a, b = sorted(rng.randrange(len(source) + 1) for _ in range(2))
    sentences_of(rng.choice((source[:a] + source[b:], source[:a] + source[a:b] * 2 + source[b:])))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "\0",
        "a = 1\0",
        "\ufeffa = 1\n",
        "\ud800",
        "é" * 10,
        "a = 1\r\nb = 2\r\n",
        "a = 1\rb = (\r",
        "\f\f a = 1",
        "(" * 10_000,
        "(" * 90 + ")" * 90,
        "a = " + "[" * 500 + "]" * 500,
        "a = " + "+".join("1" * 3000),
        "a = " + "-" * 3000 + "1",
        "a" + ".b" * 3000,
        "a" + "()" * 2000,
        "".join(" " * i + "if a:\n" for i in range(150)),
        "".join("\t" * i + "def f():\n" for i in range(60)),
        "if 1:\n    pass\n" + "elif 2:\n    pass\n" * 900,
        "lambda: " * 300 + "1",
        "x = 1e999999\ny = 10 ** 10 ** 10\nz = [0] * 10 ** 40\n",
        "while " + "not " * 200 + "x: pass",
        "f'{" * 50,
        "class A:\n def f(self): self.f()\n",
        "station = 3\nstation.run()\n",
        "from fabnum import station as station\nimport fabnum.station\nfabnum.station.run()",
    ],
)
def test_odd_texts_are_answered(source):
    sentences_of(source)
    sentences_of(source, Target())


def test_ten_thousand_lines_are_answered():
    lines = ["from fabnum import station", ""]
    for i in range(2500):
        lines += [f"def f{i}(a, b=1):", f"    c{i} = a + b", f"    return c{i}", f"f{i}({i})"]
    assert sentences_of("\n".join(lines) + "\n") == []


@pytest.mark.parametrize("build", builds())
def test_a_program_cut_anywhere_is_answered(build):
    source = EXAMPLES["await-missing"].program(EXAMPLES["await-missing"].right)
    for i in range(len(source)):
        sentences_of(source[:i], Target(load_build(build)))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "power",
    ["10 ** 10 ** 8", "9 ** 9 ** 9", "10 ** 10 ** 20", "2 ** 2 ** 2 ** 2 ** 2 ** 2", "N ** N"],
)
def test_a_number_that_no_compiler_ever_finishes_is_named_at_once(power: str) -> None:
    found = check(f"N = 10**8\nprint({power})\n", AIR)
    assert "memory-large" in [finding.code for finding in found]


@pytest.mark.parametrize("power", ["10 ** 8", "2 ** 64", "1 ** 10 ** 9", "2.5 ** 3", "2 ** -1"])
def test_a_power_that_the_board_can_work_out_is_not_spoken_of(power: str) -> None:
    assert read(f"print({power})\n", AIR) == []
