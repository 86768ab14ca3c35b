"""Say in one French sentence what is wrong in a learner's program, and where."""

import io
import sys

import __main__  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_HINTS = (
    (NameError, "ce nom n’existe pas"),
    (ImportError, "ce module n’existe pas sur la carte"),
    (IndentationError, "les espaces au début de la ligne ne vont pas"),
    (SyntaxError, "MicroPython ne comprend pas cette ligne"),
    (ZeroDivisionError, "une division par zéro"),
    (AttributeError, "cet objet ne sait pas faire cela"),
    (KeyError, "cette clé n’est pas dans le dictionnaire"),
    (IndexError, "la liste est plus courte que cela"),
    (TypeError, "ces valeurs ne vont pas ensemble"),
)
_MAIN = "main.py"
_NO_AWAIT = "il manque « await » : écrivez par exemple mesure = await air.read()"
_STUCK = (
    "cette ligne garde la carte pour elle seule depuis plus de 10 secondes. Elle est arrêtée "
    "jusqu’au prochain départ : pas de boucle sans fin, pas de time.sleep ; "
    "utilisez @station.every"
)
_FULL = "la mémoire de la carte est pleine : les longues listes du programme sont vidées"
_PINS = (
    ("invalid pin", "cette broche n’existe pas sur cette carte : choisissez-en une autre"),
    ("can only be input", "cette broche ne sait que lire : choisissez-en une autre"),
)


def sentence(error: BaseException, function: str) -> str:
    """Return what went wrong in ``function`` (its name), with file, line and a hint.

    An error whose text is already a sentence for people (a ValueError of the kit) keeps it.
    """
    found = place(error)
    where = "« %s »" % function
    if found:
        # A mistake outside of any function is in the file itself.
        where = "%s ligne %s" % found if function == found[0] else where + ", %s ligne %s" % found
    reason = _reason(error)
    return "Erreur dans %s : %s" % (where, reason if reason[-1:] in "?." else reason + ".")


def _reason(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, KeyboardInterrupt):
        return _STUCK
    if isinstance(error, MemoryError):
        return _FULL
    if "'generator' object" in text:
        return _NO_AWAIT
    if isinstance(error, ValueError):
        for words, hint in _PINS:
            if words in text:
                return hint
    for kind, hint in _HINTS:
        if isinstance(error, kind):
            return _with_names(error, hint, text)
    return text.rstrip(".") or type(error).__name__


def _with_names(error: BaseException, hint: str, text: str) -> str:
    """Return the hint with the name that is wrong and the one that was meant, as far as known."""
    if isinstance(error, KeyError):
        wrong = text
    elif isinstance(error, (NameError, ImportError, AttributeError)) and text.count("'") > 1:
        # name 'x' isn't defined · no module named 'x' · 'Part' object has no attribute 'x'
        wrong = text.split("'")[-2 if isinstance(error, AttributeError) else 1]
    else:
        return "%s (%s)" % (hint, text) if text else hint
    meant = _nearest(wrong, _known(error))
    hint = "%s : « %s »" % (hint, wrong)
    return "%s. Vouliez-vous dire « %s » ?" % (hint, meant) if meant else hint


def _known(error: BaseException) -> "Iterable[str]":
    """Return the names that may have been meant."""
    variables = __main__.__dict__
    if isinstance(error, KeyError):
        from fabnum import config

        return list(config.load_build()["channels"])
    if isinstance(error, NameError):
        import builtins

        return list(variables) + dir(builtins)
    names: list[str] = []
    if isinstance(error, AttributeError):
        # MicroPython does not tell of which object: so of any that the program knows.
        for name in variables:
            names += _names_of(variables[name])
    return names


def _names_of(thing: object) -> "Iterable[str]":
    names = [name for name in dir(thing) if not name.startswith("_")]
    # The words of the station, loaded or not.
    return names + getattr(thing, "_ELSEWHERE", "").split(" ")


def _nearest(name: str, known: "Iterable[str]") -> str:
    """Return the known name that two slips of the finger away is, or one; empty if none is."""
    best, least = "", 1 + min(2, len(name) // 3)
    for candidate in known:
        # Letters in the wrong order are one slip.
        swapped = sorted(name) == sorted(candidate)
        slips = 1 if swapped else _slips(name.lower(), candidate.lower())
        if slips < least:
            best, least = candidate, slips
    return best


def _slips(one: str, other: str) -> int:
    """Return how many letters to add, leave out or replace (Levenshtein's distance)."""
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        before, row[0] = row[0], i + 1
        for j, other_letter in enumerate(other):
            replaced = before + (letter != other_letter)
            before = row[j + 1]
            row[j + 1] = min(replaced, before + 1, row[j] + 1)
    return row[-1]


def place(error: BaseException) -> tuple[str, str] | None:
    """Return (file, line) in the learner's own program, the innermost; ``None`` if unknown.

    A line of ``main.py`` says more than one of a module that it uses.
    """
    trace = io.StringIO()
    sys.print_exception(error, trace)
    found = None
    for line in trace.getvalue().split("\n"):
        quoted = line.split('"')
        if len(quoted) < 3 or not line.startswith("  File"):
            continue
        name = quoted[1].split("/")[-1]
        number = quoted[2].split("line ")[-1].split(",")[0]
        module = quoted[1].replace(".", "/")  # the compiled firmware goes by its modules' names
        if name == _MAIN or (
            not (found and found[0] == _MAIN)
            and "fabnum/" not in module
            and "drivers/" not in module
            and "asyncio/" not in module
        ):
            found = (name, number)
    return found
