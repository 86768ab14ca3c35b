"""The French of modules is right: spelling, grammar and typography, as Grammalecte checks them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from curriculum import reading
from curriculum.lint import subject
from curriculum.roles import roles
from curriculum.skills import skills
from kit.cli.curriculum_known import known
from tests.curriculum import grammar
from tests.curriculum.grammar import Doubt, Text

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.skipif(grammar.PROGRAM is None, reason="grammalecte-cli is not installed"),
]

SIGNS = re.compile(r"[A-Z0-9²₂._-]*[A-Z0-9²₂]|[A-Z]{2,}[0-9]*|V3")
"""Names of parts, pins and standards: SCD41, GND, 3V3, I²C."""

WORDS = {
    # the project's own, and what it is made of
    "Fabnum", "fabmanager", "fabmanagers", "repair-café", "MicroPython", "Espressif", "Sensirion",
    "InvenSense",
    # names of other programmes, and what is printed on a part
    "Rénov", "QualiRépar", "normally",
}  # fmt: skip
"""What its dictionary lacks."""

OFF = re.compile(r"num_.*")  # numbers of four digits stand without a space: 1500 ppm
"""Rules that ask for another habit than ours."""

FALSE_ALARMS = {
    # an apostrophe that ends a name: France Rénov’
    ("typo_guillemet_simple_fermant_non_ouvert", "’"),
    # words that are quoted within a sentence, and agree with nothing: l’étape « mouillé »
    ("g3__gn_l_2m__b1_a2_1", "sec"),
    ("g3__gn_l_2m__b1_a2_1", "mouillé"),
    ("g2__pleo_locutions__b13_a1_1", "puis «\u00a0après"),
    ("gv2__conj_vinfi_suj__b1_a1_1", "poussent"),
    # « Quelqu’un dans la salle a froid »
    ("g2__conf_substantif_à_substantif__b1_a1_1", "a"),
    # « Un appareil de 10 W allumé une heure »
    ("g3__gn_nombre_chiffres_1m__b3_a4_1", "allumé"),
}
"""What it takes for a mistake and is none: (rule, words)."""


def french() -> Iterator[Text]:
    told = known()
    for folder in (reading.TEMPLATE, *reading.folders()):
        module = subject.read(folder, told)
        for place, language, text in module.texts():
            if language == "fr":
                yield Text(f"{folder.name} {place}", text)
        for page in module.pages:
            if page.language == "fr":
                for line, text in page.prose():
                    yield Text(f"{folder.name}/{page.path.name}:{line}", text)
    for role in roles().values():
        for one in (role.name, *role.duties):
            yield Text(f"roles.toml {role.id}", one["fr"])
    areas = [*skills().digcomp, *skills().crcn]
    for skill in (*areas, *(one for area in areas for one in area.competences), *skills().soft):
        yield Text(f"skills.toml {skill.id}", skill.name["fr"])


def is_right(doubt: Doubt) -> bool:
    """Whether a doubt is none of ours: a known word, another habit, a false alarm."""
    if doubt.rule == "spelling":
        return doubt.words in WORDS or SIGNS.fullmatch(doubt.words) is not None
    return OFF.fullmatch(doubt.rule) is not None or (doubt.rule, doubt.words) in FALSE_ALARMS


def test_the_french_of_modules_is_right(tmp_path: Path) -> None:
    wrong = [str(one) for one in grammar.doubts(french(), tmp_path) if not is_right(one)]
    assert not wrong, "\n".join(wrong)


def test_a_mistake_is_noticed(tmp_path: Path) -> None:
    texts = [Text("here", "Il est allés au marché."), Text("there", "Une lanpe rouge.")]
    first, second = grammar.doubts(texts, tmp_path)
    assert (first.text.place, first.words) == ("here", "allés")
    assert (second.text.place, second.rule, second.words) == ("there", "spelling", "lanpe")
    assert not is_right(first)
    assert not is_right(second)
