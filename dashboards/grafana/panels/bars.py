"""Bars: one for each step of time, or, where there are no steps, one in each cell of a table."""

from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import Panel as Model

from dashboards.board import Panel
from dashboards.grafana.panels.common import numbers
from dashboards.grafana.panels.curve import legend, tooltip
from dashboards.grafana.panels.table import gauges
from dashboards.grafana.questions import lines, questions, times


def bars(panel: Panel, span_s: int) -> Model:
    """Return a panel of bars.

    Without steps, they lie in the cells of a table: it says whose they are, and has an order.
    """
    return _over_time(panel, span_s) if times(panel, span_s).step_s else gauges(panel, span_s)


def _over_time(panel: Panel, span_s: int) -> Model:
    model = (
        timeseries.Panel()
        .draw_style(common.GraphDrawStyle.BARS)
        .bar_alignment(common.BarAlignment.AFTER)
        .line_width(1)
        .fill_opacity(70)
        .show_points(common.VisibilityMode.NEVER)
        .axis_soft_min(0)
        .legend(legend().calcs(["lastNotNull", "max", "sum"]))
        .tooltip(tooltip())
        .build()
    )
    model.targets = [lines(question, panel, span_s) for question in questions(panel)]
    numbers(model, panel)
    return model
