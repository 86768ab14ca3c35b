"""Where a sentence ends, in French and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.lint.sentences import sentences, words

EXAMPLES = [
    ("Voici une lampe.", ["Voici une lampe."]),
    ("Voici une lampe. Touchez-la.", ["Voici une lampe.", "Touchez-la."]),
    ("Que voyez-vous\u00a0? Une courbe.", ["Que voyez-vous\u00a0?", "Une courbe."]),
    ("Il fait 19,5 degrés.", ["Il fait 19,5 degrés."]),
    ("Version 1.5 du programme main.py.", ["Version 1.5 du programme main.py."]),
    ("«\u00a0Bonjour\u00a0!\u00a0» dit la lampe.", ["«\u00a0Bonjour\u00a0!\u00a0» dit la lampe."]),
    (
        "Elle dit\u00a0: «\u00a0Ouvrez.\u00a0» Ouvrez.",
        ["Elle dit\u00a0: «\u00a0Ouvrez.\u00a0»", "Ouvrez."],
    ),
    ("Des fils, des LED, etc. et une carte.", ["Des fils, des LED, etc. et une carte."]),
    ("Des fils, etc. Une carte.", ["Des fils, etc.", "Une carte."]),
    ("Attendez… Regardez.", ["Attendez…", "Regardez."]),
    ("Sans point à la fin", ["Sans point à la fin"]),
    ("It is on… really?! Yes.", ["It is on… really?!", "Yes."]),
    ("", []),
    ("…", []),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_sentences_end_where_a_reader_pauses(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Ouvrez la fenêtre dix minutes.", 5),
        ("C’est l’air de la pièce.", 5),
        ("Est-ce que cela va\u00a0?", 4),
        ("Attendez 10\u00a0minutes – puis regardez.", 5),
        ("«\u00a0Bonjour\u00a0!\u00a0»", 1),
    ],
)
def test_words_are_counted_as_people_read_them(sentence: str, count: int) -> None:
    assert len(words(sentence)) == count


@given(st.text())
def test_no_letter_is_lost_or_invented(text: str) -> None:
    kept = "".join("".join(sentences(text)).split())
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
