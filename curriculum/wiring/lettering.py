"""How wide a text is, and where it is broken into lines.

The widths are those of Source Sans Pro, rounded up: a text may be narrower than told, never wider.
"""

_NARROW = frozenset("iIjl.,:;!|'’()[]tfr -·")
_WIDE = frozenset("mwMWOQGDCNHU@%&—…")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text of that size is at most, in the unit of ``size``."""
    ems = sum(0.36 if c in _NARROW else 0.88 if c in _WIDE else 0.58 for c in text)
    return ems * size * (1.06 if bold else 1)


def lines(text: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """Break a text between words into lines of that width; a longer word stands alone."""
    broken: list[str] = []
    # A no-break space holds what it joins together.
    for word in text.split(" "):
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and width(longer, size, bold=bold) <= most:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken
