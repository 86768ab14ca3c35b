"""One value each, large, with what it means in a word beside it.

One value stands alone in a tile. Of many objects a table tells more than tiles that grow small: a
row for each, its value, the word in its colour, and how long ago.
"""

from grafana_foundation_sdk.builders import common as build
from grafana_foundation_sdk.builders import stat
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue
from grafana_foundation_sdk.models.dashboard import Panel as Model

from dashboards.board import Panel
from dashboards.grafana import meaning
from dashboards.grafana.panels.common import coloured, numbers, override_query
from dashboards.grafana.panels.table import large
from dashboards.grafana.questions import Question, lines, questions
from dashboards.grafana.target import InfluxQL
from dashboards.grafana.units import COUNT
from dashboards.grafana.wording import literal
from kit.i18n import _

WORD = "word"
"""The end of the name of a question that is asked again, to be shown as a word."""


def tiles(panel: Panel, span_s: int) -> Model:
    """Return a panel of large values."""
    if any(series.query.by for series in panel.series):
        return large(panel, span_s)
    return _alone(panel, span_s)


def _alone(panel: Panel, span_s: int) -> Model:
    model = (
        stat.Panel()
        .graph_mode(common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.VALUE_AND_NAME)
        .color_mode(common.BigValueColorMode.VALUE)
        .reduce_options(build.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .no_value(_("No reading"))
        .build()
    )
    model.targets = []
    numbers(model, panel, colours=False)
    coloured(model, meaning.line_colour(0, several=False))
    for question in questions(panel):
        number = lines(question, panel, span_s)
        number.alias = literal(question.series.name)
        model.targets.append(number)
        if question.series.bands:
            model.targets.append(_word(model, question, number))
    return model


def _word(model: Model, question: Question, number: InfluxQL) -> InfluxQL:
    """Ask the same again and show it as the word for what it means."""
    ref_id = f"{question.ref_id}{WORD}"
    properties = [
        DynamicConfigValue("unit", COUNT),
        DynamicConfigValue("mappings", meaning.words(question.series.bands)),
        DynamicConfigValue("thresholds", meaning.thresholds(question.series.bands)),
        DynamicConfigValue("color", meaning.by_meaning()),
    ]
    override_query(model, ref_id, properties)
    alias = literal(_("{quantity}: what it means", quantity=question.series.name))
    return InfluxQL(query=number.query, ref_id=ref_id, alias=alias)
