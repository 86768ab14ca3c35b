"""In which form to answer: by the suffix of the address, else as the Accept header wishes."""

from collections.abc import Sequence

from gateway.api.endpoints import MEDIA_TYPES, Format
from gateway.api.problems import ProblemError

_LONGEST = 1000


def chosen(formats: Sequence[Format], accept: str) -> Format:
    """Return the format that is wished for most (RFC 9110, 12.5.1), the first of equals.

    Raises ProblemError 406 if none is acceptable.
    """
    ranges = [_range(part) for part in accept[:_LONGEST].split(",") if part.strip()]
    if not ranges:
        return formats[0]
    weights = {name: _weight(MEDIA_TYPES[name].partition(";")[0], ranges) for name in formats}
    best = max(formats, key=lambda name: weights[name])
    if weights[best] <= 0:
        offered = ", ".join(MEDIA_TYPES[name].partition(";")[0] for name in formats)
        raise ProblemError(406, f"Accept one of: {offered}.")
    return best


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, min(max(float(weight), 0.0), 1.0)
    except ValueError:
        return name, 0.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a type is wished for: what names it most closely says so."""
    for name in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        for wished, weight in ranges:
            if wished == name:
                return weight
    return 0.0
