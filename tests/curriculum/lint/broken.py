"""One way to break a sound module for each rule of the linter.

Each takes the folder of a copy of the template, called ``00-lamp``.
"""

import shutil
from collections.abc import Callable
from pathlib import Path


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace the first ``old`` in a file, which must be there."""

    def break_it(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return break_it


def add(file: str, text: str) -> Callable[[Path], None]:
    """Write something behind the end of a file."""

    def break_it(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(f"\n{text}\n")

    return break_it


def remove(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def rename_folder(folder: Path) -> None:
    folder.rename(folder.with_name("00-lampe"))


def have_a_twin(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("00-climate"))


def write_latin_1(folder: Path) -> None:
    (folder / "fr.md").write_bytes("é".encode("latin-1"))


def first_page_of(sentences: int) -> Callable[[Path], None]:
    page = "".join(f"Ligne {number}.\n\n" for number in range(sentences))
    return edit("residents.fr.md", "Voici une lampe.\n", page)


SOLUTION = "lampe = station.light()\n"

BROKEN: dict[str, Callable[[Path], None]] = {
    "unreadable": write_latin_1,
    "file-missing": remove("residents.en.md"),
    "front-matter": edit("fr.md", "difficulty: beginner", "difficulty: easy"),
    "to-do": edit("fr.md", "Ce qu’il faut faire.", "À écrire\u00a0: le défi."),
    "id-twice": have_a_twin,
    "folder-name": rename_folder,
    "no-such-build": edit("fr.md", "build: lamp", "build: lampe"),
    "workshop-of-build": edit("fr.md", "id: M00", "id: M02"),
    "no-such-board": edit("fr.md", "board: build-lamp", "board: build-lampe"),
    "no-such-module": edit("fr.md", "prerequisites: []", "prerequisites: [M77]"),
    "sections": edit("en.md", "## Key points {#key-points}", "## Key points {#points}"),
    "section-empty": edit("fr.md", "En dix minutes.\n", ""),
    "fact-missing": edit("fr.md", "{{ materials }}\n", ""),
    "heading-level": edit("fr.md", "### Défi 1", "##### Défi 1"),
    "heading-twice": edit("fr.md", "{#challenge-2}", "{#challenge-1}"),
    "link-outside": add("fr.md", "Voyez [la page](http://example.org/page) du projet."),
    "link-file": add("fr.md", "Voyez [l’autre module](../99-autre/fr.md)."),
    "link-anchor": add("fr.md", "Voyez [le défi](#challenge-9)."),
    "link-words": add("fr.md", "Cliquez [ici](#questions)."),
    "alternative-text": add("fr.md", "![photo](photo.png)"),
    "picture-file": add("fr.md", "![La carte vue de dessus, le port à gauche](../photo.png)"),
    "picture-alone": add("fr.md", "Regardez ![la carte vue de dessus](photo.png) bien."),
    "minutes-section": edit("fr.md", "questions: 10", "question: 10"),
    "minutes-in-all": edit("fr.md", "status: draft", "status: trial"),
    "workshop-minutes": edit("fr.md", "- minutes: 40", "- minutes: 45"),
    "objective-twice": edit("fr.md", "- id: program", "- id: build"),
    "objective-challenge": edit("fr.md", "challenge: 2", "challenge: 3"),
    "challenge-without-objective": edit("fr.md", "challenge: 2", "challenge: 1"),
    "skill-unknown": edit("fr.md", 'digcomp: ["5.1"]', 'digcomp: ["5.5"]'),
    "role-unknown": edit("fr.md", "roles: [lead,", "roles: [leader,"),
    "challenge-heading": edit("fr.md", "{#challenge-2}", "{#defi-2}"),
    "solution-missing": remove("solutions/2.py"),
    "solution-quoted": edit("fr.md", "python solution=2", "python solution=1"),
    "proof-names": edit("fr.md", "press: button", "press: bouton"),
    "proof-sees": edit("fr.md", '{tell: "Bonjour", prints: "Bonjour"}', '{tell: "Bonjour"}'),
    "code-language": add("fr.md", "```javascript\nalert(1)\n```"),
    "quote-differs": edit("fr.md", "    lampe.toggle()\n```", "    lampe.toggle(1)\n```"),
    "solution-check": edit("solutions/1.py", SOLUTION, 'lampe = station.part("lampe")\n'),
    "illustration-check": add("fr.md", "```python\nif temperature > 30\n```"),
    "command": edit("fr.md", "$ fabnum bench --build lamp", "$ fabnum bench --lamp"),
    "console-begins": edit("fr.md", "$ fabnum bench --build lamp", "Tout va bien."),
    "directive": edit("fr.md", "{{ drill: wifi }}", "{{ drill: wlan }}"),
    "directive-written": edit("fr.md", "{{ badge }}", "Voici {{ badge }}"),
    "directive-in-sheet": add("residents.fr.md", "{{ wiring }}"),
    "plain-words": add(
        "residents.fr.md",
        "Cette lampe que vous voyez devant vous sur la table change de couleur.",
    ),
    "plain-one-sentence": add("residents.fr.md", "Voici la lampe. Touchez une couleur."),
    "plain-signs": add("residents.fr.md", "La lampe brille à 50\u00a0%."),
    "plain-acronym": add("residents.fr.md", "Regardez la LED."),
    "plain-italics": add("residents.fr.md", "Regardez *bien*."),
    "plain-negative": add("residents.fr.md", "Ne touchez pas la lampe."),
    "plain-pages": edit("residents.fr.md", "{#page-2}", "{#page-3}"),
    "plain-page-length": first_page_of(10),
    "french-spaces": add("fr.md", "Que voyez-vous ?"),
    "french-signs": add("fr.md", "C'est l’air."),
    "structure": add("en.md", "One paragraph more."),
    "translates": edit("en.md", "translates: 0.1.0", "translates: 0.0.9"),
    "person": add("fr.md", "Demandez à Madame Dupont, ou écrivez à nous@example.org."),
}
