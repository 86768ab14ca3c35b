"""The colours of boards can be seen and told apart, by colour-blind people too."""

from itertools import combinations

import pytest

from dashboards.colours import LINES, STATES

WHITE, GRAFANA_DARK = "#FFFFFF", "#181B1F"
SEEN = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""How linear RGB is seen. Source: G. Machado et al., "A Physiologically-based Model for Simulation
of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0."""
APART = 15
"""Steps of CIE 1976 L*a*b*: clearly another colour (about 2.3 can just be told apart)."""
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(rgb: Triple) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(linear(one)), luminance(linear(other))))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: Triple) -> Triple:
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    white_x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    white_z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (white_x, luminance((red, green, blue)), white_z)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, eyes: str) -> float:
    seen = [
        lab(tuple(sum(map(float.__mul__, row, linear(colour))) for row in SEEN[eyes]))  # type: ignore[arg-type]
        for colour in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


@pytest.mark.parametrize("ground", [WHITE, GRAFANA_DARK])
@pytest.mark.parametrize("colour", sorted({*LINES, *STATES.values()}))
def test_a_colour_holds_three_to_one(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("palette", [LINES, tuple(STATES.values())], ids=["lines", "states"])
def test_colours_are_told_apart_by_all_eyes(palette: tuple[str, ...], eyes: str) -> None:
    for one, other in combinations(palette, 2):
        assert apart(one, other, eyes) >= APART, (one, other)
