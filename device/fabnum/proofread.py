"""What can be seen in the text of a program and not while it runs: an ``await`` that is missing.

A call of an ``async`` function without ``await`` does nothing at all, and raises nothing. The
check on the PC (``fabnum check``) sees far more; this one costs a board some milliseconds.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MAY_LACK_IT = (
    "await ",
    "async def",
    "create_task",
    "gather",
    "wait_for",
    "run(",
    "return",
    "lambda",
)


def remark(text: "Callable[[], Iterable[str]]") -> str:
    """Return the first thing that is wrong, as a French sentence with its line, or nothing."""
    calls = _async_calls(text)
    for number, line in _code(text()):
        slept = re.search(r"time\.sleep\([1-9]", line)
        if slept:
            return _sentence(
                number,
                "time.sleep arrête tout : le Wi-Fi, les boutons, les autres fonctions. "
                "Écrivez « await asyncio.sleep(…) » dans une fonction async.",
            )
        if any(words in line for words in _MAY_LACK_IT):
            continue
        for call in calls:
            found = line.find(call)
            if found >= 0 and not _goes_on(line[:found]):
                return _sentence(
                    number, "il manque « await » devant %s). Sans lui, rien ne se passe." % call
                )
    return ""


def uses(text: "Callable[[], Iterable[str]]", word: str) -> bool:
    """Whether a word is anywhere in the program."""
    return any(word in line for _, line in _code(text()))


def _sentence(number: int, text: str) -> str:
    return "main.py ligne %d : %s" % (number, text)


def _async_calls(text: "Callable[[], Iterable[str]]") -> list[str]:
    """Return how the calls begin that want an ``await``: ``mesurer(``, ``air.read(``."""
    calls = []
    for _, line in _code(text()):
        defined = re.match(r"\s*async def (\w+)", line)
        part = re.match(r"\s*(\w+) = station\.part\(", line)
        if defined:
            calls.append(defined.group(1) + "(")
        if part:
            calls.append(part.group(1) + ".read(")
    return calls


def _code(lines: "Iterable[str]") -> "Iterator[tuple[int, str]]":
    """Yield the lines with their numbers, without comments and what stands in quotes."""
    inside = False  # of a text that goes over several lines
    for number, line in enumerate(lines, 1):
        pieces = line.split('"""')
        kept = "".join(pieces[inside::2])
        inside = inside != (len(pieces) % 2 == 0)
        yield number, re.sub("\"[^\"]*\"|'[^']*'", "", kept).split("#")[0]


def _goes_on(before: str) -> bool:
    """Whether a name goes on to the left: ``mesurer(`` is not ``remesurer(``."""
    return bool(re.search(r"[\w.]$", before))
