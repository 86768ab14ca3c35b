"""French through Grammalecte (https://grammalecte.net), a spelling and grammar checker for French.

Its program reads one paragraph a line and answers in JSON. All texts go through it in one go.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curriculum.lint.subject import TYPED

PROGRAM = shutil.which("grammalecte-cli", path="/usr/bin:/usr/local/bin")
_A_NAME = "Fabnum"
"""What the checker reads in the place of something that is typed: a name."""
_LABELS = re.compile(
    r"\b(?:5V|3V3)\b"  # printed beside pins: no voltages
    r"|\b[\w-]+(?:/[\w.-]+)+"  # a file
    r"|\b(?:[\w-]+\.)+(?:fr|org|eu|com|py|md)\b"  # a site, or a file
)


@dataclass(frozen=True)
class Text:
    """A French text and where it comes from."""

    place: str
    words: str


@dataclass(frozen=True)
class Doubt:
    """Something that the checker does not like. ``rule`` is ``spelling``, or the name of a rule."""

    text: Text
    rule: str
    words: str
    why: str

    def __str__(self) -> str:
        return f"{self.text.place}: “{self.words}” [{self.rule}] {self.why}\n    {self.text.words}"


def doubts(texts: Iterable[Text], folder: Path) -> Iterator[Doubt]:
    """Yield what the checker does not like, in the order of the texts."""
    assert PROGRAM is not None
    every = [text for text in texts if text.words.strip()]
    path = folder / "french.txt"
    lines = [_for_the_checker(text.words) for text in every]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [PROGRAM, "-j", "-f", path], capture_output=True, text=True, check=True, timeout=120
    )
    # Behind the JSON it says which version it is.
    answer, _end = json.JSONDecoder().raw_decode(done.stdout)
    for paragraph in answer["data"]:
        number = paragraph["iParagraph"] - 1
        text, line = every[number], lines[number]
        for error in paragraph["lGrammarErrors"]:
            words = line[error["nStart"] : error["nEnd"]]
            yield Doubt(text, error["sRuleId"], words, error["sMessage"])
        for error in paragraph["lSpellingErrors"]:
            yield Doubt(text, "spelling", error["sValue"], "")


def _for_the_checker(words: str) -> str:
    named = _LABELS.sub(_A_NAME, words.replace(TYPED, _A_NAME))
    return " ".join(named.split("\n")).strip()
