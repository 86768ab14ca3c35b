"""What a value means, in Grafana's terms: thresholds for colours, mappings for words."""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import (
    DashboardRangeMapOptions,
    FieldColor,
    FieldColorModeId,
    RangeMap,
    Threshold,
    ThresholdsConfig,
    ValueMappingResult,
)

from dashboards.colours import LINES, STATES
from kit.catalogue import Band


def thresholds(bands: Sequence[Band]) -> ThresholdsConfig:
    """Return the colours of bands as steps; a step holds from its value on, like a band."""
    bounds = [None, *(band.below for band in bands[:-1])]
    steps = [
        Threshold(value=bound, color=STATES[band.state])
        for bound, band in zip(bounds, bands, strict=True)
    ]
    return ThresholdsConfig(steps=steps)


def words(bands: Sequence[Band]) -> list[RangeMap]:
    """Return the words of bands in the place of numbers.

    Both ends of a range of Grafana's belong to it, and the first that fits counts; a band ends
    before its bound. So the highest comes first.
    """
    lows = [None, *(band.below for band in bands[:-1])]
    ranges = [
        DashboardRangeMapOptions(
            from_val=low,
            to=None if band.below == float("inf") else band.below,
            result=ValueMappingResult(text=str(band.word), color=STATES[band.state], index=index),
        )
        for index, (low, band) in enumerate(zip(lows, bands, strict=True))
    ]
    return [RangeMap(options) for options in reversed(ranges)]


def line_colour(number: int, *, several: bool) -> FieldColor:
    """Return the colour of the question of that number, the first being 0.

    Grafana has no palette of one's own; ``several`` lines of one question get shades of its colour.
    """
    mode = FieldColorModeId.SHADES if several else FieldColorModeId.FIXED
    return FieldColor(mode=mode, fixed_color=LINES[number % len(LINES)])


def by_meaning() -> FieldColor:
    """Return that a value has the colour of its band."""
    return FieldColor(mode=FieldColorModeId.THRESHOLDS)
