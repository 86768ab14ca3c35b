"""Words alone."""

from grafana_foundation_sdk.builders import text as build
from grafana_foundation_sdk.models.dashboard import Panel as Model
from grafana_foundation_sdk.models.text import TextMode

from dashboards.board import Panel
from dashboards.grafana.wording import markdown


def text(panel: Panel, span_s: int) -> Model:
    """Return a panel of words, shown exactly as they are."""
    del span_s  # words are of no time
    return build.Panel().mode(TextMode.MARKDOWN).content(markdown(panel.text)).build()
