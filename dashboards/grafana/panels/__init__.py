"""The panels of a board in Grafana: one file for each kind of picture."""

from collections.abc import Callable

from grafana_foundation_sdk.models.dashboard import Panel as Model

from dashboards.board import Kind, Panel
from dashboards.grafana.panels.bars import bars
from dashboards.grafana.panels.common import completed
from dashboards.grafana.panels.curve import curve
from dashboards.grafana.panels.table import table
from dashboards.grafana.panels.text import text
from dashboards.grafana.panels.tiles import tiles

_KINDS: dict[Kind, Callable[[Panel, int], Model]] = {
    "curve": curve,
    "bars": bars,
    "tiles": tiles,
    "table": table,
    "text": text,
}


def panel_model(panel: Panel, span_s: int) -> Model:
    """Return a panel as Grafana's, without its number and position.

    ``span_s``: the time that its board looks at.
    """
    return completed(_KINDS[panel.kind](panel, span_s), panel, span_s)
