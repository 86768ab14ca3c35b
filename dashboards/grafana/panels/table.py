"""A row for each line, a column for each series: values, what they mean, how long ago.

Each question is answered by a table of its own (``Time``, the tags, the value); Grafana puts them
together by the tags they share. Its transformations tell columns apart by the names they came with,
not by headings given later (``packages/grafana-data/src/transformations`` in its source): so each
value is named by its question's letter, and headings come last.
"""

from collections.abc import Iterator
from typing import NamedTuple

from grafana_foundation_sdk.builders import table as builders
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    MatcherConfig,
)
from grafana_foundation_sdk.models.dashboard import Panel as Model
from grafana_foundation_sdk.models.table import Options

from dashboards.board import Panel
from dashboards.grafana import meaning
from dashboards.grafana.panels.common import (
    Properties,
    number_of,
    number_properties,
    override_column,
)
from dashboards.grafana.questions import Question, column, questions
from dashboards.grafana.units import COUNT, FROM_NOW
from dashboards.grafana.wording import tag_name
from kit.i18n import _

TIME = "Time"
"""How Grafana calls the column of times."""
ABSENT = "–"


class _Column(NamedTuple):
    """One column of the finished table. ``field``: its name among the answers."""

    field: str
    heading: str
    properties: Properties


class _Plan(NamedTuple):
    """What a table is made of. ``ages``: the column that tells the age, by question."""

    asked: list[Question]
    ages: dict[str, str]
    columns: list[_Column]


def table(panel: Panel, span_s: int) -> Model:
    """Return a table: values with the words for what they mean, and ages where asked for."""
    asked = questions(panel)
    ages = {question.ref_id: question.ref_id for question in asked if question.series.age}
    columns = [*_tags(asked), *_values(asked), *_ages(asked, ages)]
    return _model(panel, span_s, _Plan(asked, ages, columns), common.TableCellHeight.SM)


def large(panel: Panel, span_s: int) -> Model:
    """Return a table of large rows that also says how long ago the first value was measured."""
    asked = questions(panel)
    first = asked[0].ref_id
    ages = {first: f"{first} age"} if asked[0].series.query.aggregate == "last" else {}
    columns = [*_tags(asked), *_values(asked), *_ages(asked, ages)]
    return _model(panel, span_s, _Plan(asked, ages, columns), common.TableCellHeight.LG)


def gauges(panel: Panel, span_s: int) -> Model:
    """Return a table with a bar in each cell, beside its number."""
    asked = questions(panel)
    columns = [*_tags(asked), *_gauges(asked)]
    return _model(panel, span_s, _Plan(asked, {}, columns), common.TableCellHeight.SM)


def _model(panel: Panel, span_s: int, plan: _Plan, height: common.TableCellHeight) -> Model:
    model = builders.Panel().cell_height(height).no_value(ABSENT).build()
    model.targets = [column(q, panel, span_s, _field(q)) for q in plan.asked]
    model.transformations = list(_transformations(plan))
    number_of(plan.asked[0], model)
    for one in plan.columns:
        if one.properties:
            override_column(model, one.heading, one.properties)
    assert isinstance(model.options, Options)
    model.options.sort_by = list(_order(panel, plan))
    return model


def _field(question: Question) -> str:
    """Return the column of a question's values; where the age is told instead, it is another."""
    return f"{question.ref_id} value" if question.series.age else question.ref_id


def _tags(asked: list[Question]) -> Iterator[_Column]:
    tags = dict.fromkeys(tag for question in asked for tag in question.series.query.by)
    yield from (_Column(tag, tag_name(tag), []) for tag in tags)


def _values(asked: list[Question]) -> Iterator[_Column]:
    """Yield the columns of values; beside one that has bands, the word for it in its colour."""
    meant = [question for question in asked if question.series.bands and not question.series.age]
    for question in asked:
        series = question.series
        if series.age:
            continue
        yield _Column(question.ref_id, series.name, number_properties(series))
        if series.bands:
            meaning_of = _("{quantity}: what it means", quantity=series.name)
            heading = _("What it means") if len(meant) == 1 else meaning_of
            yield _Column(_word(question), heading, _word_properties(question))


def _ages(asked: list[Question], ages: dict[str, str]) -> Iterator[_Column]:
    ago = [DynamicConfigValue("unit", FROM_NOW), DynamicConfigValue("custom.align", "left")]
    for question in asked:
        if question.ref_id in ages:
            heading = question.series.name if question.series.age else _("Measured")
            yield _Column(ages[question.ref_id], heading, ago)


def _gauges(asked: list[Question]) -> Iterator[_Column]:
    cell = common.TableBarGaugeCellOptions(
        mode=common.BarGaugeDisplayMode.BASIC, value_display_mode=common.BarGaugeValueMode.TEXT
    )
    for order, question in enumerate(asked):
        properties = [
            *number_properties(question.series),
            DynamicConfigValue("custom.cellOptions", cell),
            DynamicConfigValue("min", 0),
            DynamicConfigValue("color", meaning.line_colour(order, several=False)),
        ]
        yield _Column(question.ref_id, question.series.name, properties)


def _word(question: Question) -> str:
    return f"{question.ref_id} word"


def _word_properties(question: Question) -> Properties:
    cell = common.TableColoredBackgroundCellOptions(
        mode=common.TableCellBackgroundDisplayMode.BASIC
    )
    return [
        DynamicConfigValue("unit", COUNT),
        DynamicConfigValue("mappings", meaning.words(question.series.bands)),
        DynamicConfigValue("thresholds", meaning.thresholds(question.series.bands)),
        DynamicConfigValue("custom.cellOptions", cell),
        DynamicConfigValue("custom.align", "left"),
    ]


def _transformations(plan: _Plan) -> Iterator[DataTransformerConfig]:
    """Yield the way from the answers to the table, in Grafana's order."""
    for ref_id, field in plan.ages.items():
        yield _copy(TIME, field, only=ref_id)
    unwanted = [TIME, *(_field(q) for q in plan.asked if q.series.age)]
    exclude = {"exclude": {"names": unwanted}}
    yield DataTransformerConfig("filterFieldsByName", options=exclude)
    yield DataTransformerConfig("merge", options={})
    fields = [one.field for one in plan.columns]
    for question in plan.asked:
        if _word(question) in fields:
            yield _copy(question.ref_id, _word(question))
    named = {
        "excludeByName": {},
        "indexByName": {field: place for place, field in enumerate(fields)},
        "orderByMode": "manual",
        "renameByName": {one.field: one.heading for one in plan.columns},
    }
    yield DataTransformerConfig("organize", options=named)


def _copy(field: str, alias: str, only: str = "") -> DataTransformerConfig:
    """Return that a column stands in the table once more, under another name."""
    options = {
        "mode": "reduceRow",
        "reduce": {"include": [field], "reducer": "lastNotNull"},
        "alias": alias,
        "replaceFields": False,
        "timeSeries": False,  # else Grafana would first put all answers together by their times
    }
    asked = MatcherConfig("byRefId", only) if only else None
    return DataTransformerConfig("calculateField", filter_val=asked, options=options)


def _order(panel: Panel, plan: _Plan) -> Iterator[common.TableSortByFieldState]:
    if panel.first == "name":
        for one in _tags(plan.asked):
            yield common.TableSortByFieldState(one.heading, desc=False)
    else:
        first = plan.asked[0].series.name
        yield common.TableSortByFieldState(first, desc=panel.first == "highest")
