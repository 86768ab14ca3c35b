"""What panels of all kinds have in common: words, data source, time, options of the query."""

from collections.abc import Iterable

from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DynamicConfigValue,
    FieldColor,
    FieldConfig,
    FieldConfigSource,
    MatcherConfig,
)
from grafana_foundation_sdk.models.dashboard import Panel as Model

from dashboards.board import Panel, Series
from dashboards.grafana import meaning
from dashboards.grafana.questions import MOST_POINTS, Question, questions, times
from dashboards.grafana.target import source
from dashboards.grafana.units import unit_id
from dashboards.grafana.wording import duration, markdown, meanings

Properties = list[DynamicConfigValue]


def completed(model: Model, panel: Panel, span_s: int) -> Model:
    """Give a panel its title, description, data source and query options."""
    model.title = panel.title
    model.description = described(panel)
    if not panel.series:
        return model
    asked = times(panel, span_s)
    model.datasource = source()
    model.max_data_points = MOST_POINTS
    if asked.step_s:
        model.interval = duration(asked.step_s)
    if asked.back_s != span_s:
        model.time_from = duration(asked.back_s)
    return model


def described(panel: Panel) -> str:
    """Return the description of a panel, with what its values mean: no colour is without a word."""
    said = [markdown(panel.description)]
    scales = {tuple(meanings(series)): series.name for series in panel.series if series.bands}
    for lines, name in scales.items():
        if len(scales) > 1:
            said.append(markdown(name))
        said.append("\n".join(f"- {markdown(line)}" for line in lines))
    return "\n\n".join(said)


def number_of(question: Question, model: Model) -> None:
    """Say what all numbers of a panel are, unless an override says otherwise."""
    defaults = _defaults(model)
    series = question.series
    defaults.unit = unit_id(series.unit)
    defaults.decimals = series.decimals
    if series.bands:
        defaults.thresholds = meaning.thresholds(series.bands)


def coloured(model: Model, colour: FieldColor) -> None:
    """Say which colour all numbers of a panel have, unless an override says otherwise."""
    _defaults(model).color = colour


def number_properties(series: Series) -> Properties:
    """Return what the numbers of a series are, for an override."""
    said = [
        DynamicConfigValue("unit", unit_id(series.unit)),
        DynamicConfigValue("decimals", series.decimals),
    ]
    if series.bands:
        said.append(DynamicConfigValue("thresholds", meaning.thresholds(series.bands)))
    return said


def override_query(model: Model, ref_id: str, properties: Iterable[DynamicConfigValue]) -> None:
    """Say what holds for the answer of one question."""
    _override(model, MatcherConfig("byFrameRefID", ref_id), properties)


def override_column(model: Model, name: str, properties: Iterable[DynamicConfigValue]) -> None:
    """Say what holds for one column, by the name that its heading shows."""
    _override(model, MatcherConfig("byName", name), properties)


def numbers(model: Model, panel: Panel, colours: bool = True) -> None:
    """Say of each question what its numbers are and, with ``colours``, which colour it has."""
    asked = questions(panel)
    number_of(asked[0], model)
    for order, question in enumerate(asked):
        properties = number_properties(question.series) if order else []
        if colours:
            several = bool(question.series.query.by)
            colour = meaning.line_colour(order, several=several)
            properties.append(DynamicConfigValue("color", colour))
        if properties:
            override_query(model, question.ref_id, properties)


def _override(
    model: Model, matcher: MatcherConfig, properties: Iterable[DynamicConfigValue]
) -> None:
    _defaults(model)
    assert model.field_config is not None
    model.field_config.overrides.append(
        DashboardFieldConfigSourceOverrides(matcher=matcher, properties=list(properties))
    )


def _defaults(model: Model) -> FieldConfig:
    if model.field_config is None:
        model.field_config = FieldConfigSource()
    return model.field_config.defaults
