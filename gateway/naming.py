"""Names for objects that were given none: what it is, where it stands, and a number.

``air-ecole-pasteur-1`` can be read, said on the telephone and found again. Nothing of the board
itself is in it: a board that is replaced leaves its name to the next.
"""

from collections.abc import Collection, Iterator
from functools import cache
from itertools import count

from kit.names import slug

LONGEST = 25
"""``Fabnum-`` and the name make the object's own Wi-Fi network, and those have 32 bytes."""

_LONGEST_BUILD = 12

_SMALL_WORDS = frozenset(
    "a au aux d de des du en et l la le les of s sous sur the un une".split()  # noqa: SIM905
)
"""Words of a place that a name can do without."""


def free_names(build: str, place: str, taken: Collection[str]) -> Iterator[str]:
    """Yield names for an object of a build at a place, those of ``taken`` left out, without end.

    ``place`` is what people call it. Each name is a slug of at most ``LONGEST`` characters.
    """
    stem = build[:_LONGEST_BUILD].strip("-")
    words = cache(lambda digits: shortened(place, LONGEST - len(f"{stem}--") - digits))
    for number in map(str, count(1)):
        name = "-".join(part for part in (stem, words(len(number)), number) if part)
        if name not in taken:
            yield name


def shortened(place: str, room: int) -> str:
    """Return the slug of a place in at most ``room`` characters: small words go first, then ends.

    Empty where there is no room or no letter.
    """
    words = slug_words(place)
    if len("-".join(words)) > room:
        words = [word for word in words if word not in _SMALL_WORDS] or words
    while len(words) > 1 and len("-".join(words)) > room:
        # The end tells places of a town apart more often than the middle: school, …, room.
        del words[len(words) // 2 if len(words) > 2 else 1]
    return "-".join(words)[: max(room, 0)].strip("-")


def slug_words(text: str) -> list[str]:
    """Return the words of a text, each as a slug would spell it."""
    spelled = [slug(word) for word in text.replace("’", " ").replace("'", " ").split()]
    return [part for word in spelled for part in word.split("-") if part]
