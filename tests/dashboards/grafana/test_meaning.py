"""Colours and words of values, as Grafana finds them, are those of the bands."""

from hypothesis import example, given
from hypothesis import strategies as st

from dashboards.colours import LINES, STATES
from dashboards.grafana.meaning import line_colour, thresholds, words
from kit.catalogue import Band, Text

BANDS = (
    Band("good", Text(fr="a", en="a"), 800.0),
    Band("watch", Text(fr="b", en="b"), 1500.0),
    Band("act", Text(fr="c", en="c")),
)


def band_of(value: float) -> Band:
    return next(band for band in BANDS if value < band.below)


@given(st.floats(-1e6, 1e6) | st.sampled_from([800.0, 1500.0]))
@example(800.0)
@example(799.9999)
def test_the_first_range_that_fits_has_the_word_and_colour_of_the_band(value: float) -> None:
    """Grafana: both ends of a range belong to it, none is open, the first that fits counts."""
    for mapping in words(BANDS):
        low, high = mapping.options.from_val, mapping.options.to
        if (low is None or value >= low) and (high is None or value <= high):
            break
    band = band_of(value)
    assert mapping.options.result.text == str(band.word)
    assert mapping.options.result.color == STATES[band.state]


@given(st.floats(-1e6, 1e6) | st.sampled_from([800.0, 1500.0]))
def test_the_last_step_that_is_reached_has_the_colour_of_the_band(value: float) -> None:
    steps = thresholds(BANDS).steps
    assert steps[0].value is None
    reached = [step for step in steps if step.value is None or value >= step.value]
    assert reached[-1].color == STATES[band_of(value).state]


def test_questions_have_our_colours_in_their_order() -> None:
    assert [line_colour(n, several=False).fixed_color for n in range(5)] == [*LINES, LINES[0]]
    assert line_colour(0, several=True).mode == "shades"
