"""Values over time: lines, what they mean as dashed thresholds, a table of lines below."""

from grafana_foundation_sdk.builders import common as build
from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue
from grafana_foundation_sdk.models.dashboard import Panel as Model

from dashboards.board import Panel
from dashboards.grafana.panels.common import numbers, override_query
from dashboards.grafana.questions import lines, questions, times

GAP_S = 7200
"""A line is drawn across so much without a reading; beyond, or three steps, there is a gap."""


def curve(panel: Panel, span_s: int) -> Model:
    """Return a panel of lines."""
    gap_ms = 1000 * max(GAP_S, 3 * times(panel, span_s).step_s)
    model = (
        timeseries.Panel()
        .draw_style(common.GraphDrawStyle.LINE)
        .line_width(2)
        .fill_opacity(0)
        .show_points(common.VisibilityMode.AUTO)
        .span_nulls(gap_ms)
        .legend(legend())
        .tooltip(tooltip())
        .build()
    )
    model.targets = [lines(question, panel, span_s, gaps=True) for question in questions(panel)]
    numbers(model, panel)
    _thresholds(model, panel)
    return model


def legend() -> build.VizLegendOptions:
    """Return a table of the lines below the picture: what each shows last, and its extremes."""
    return (
        build.VizLegendOptions()
        .display_mode(common.LegendDisplayMode.TABLE)
        .placement(common.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs(["lastNotNull", "min", "max"])
    )


def tooltip() -> build.VizTooltipOptions:
    """Return that pointing at a time tells the values of all lines, the highest first."""
    return (
        build.VizTooltipOptions()
        .mode(common.TooltipDisplayMode.MULTI)
        .sort(common.SortOrder.DESCENDING)
    )


def _thresholds(model: Model, panel: Panel) -> None:
    """Draw where meanings change, of each question that has some."""
    style = common.GraphThresholdsStyleConfig(mode=common.GraphThresholdsStyleMode.DASHED)
    for question in questions(panel):
        if question.series.bands:
            properties = [DynamicConfigValue("custom.thresholdsStyle", style)]
            override_query(model, question.ref_id, properties)
