"""A board as a whole dashboard of Grafana's: its panels in rows, its time, tags and links."""

import json
from hashlib import sha256
from typing import Any, NamedTuple

from grafana_foundation_sdk.builders.dashboard import Dashboard as Builder
from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.cog.builder import Builder as BuilderOf
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardLinkType, RowPanel
from grafana_foundation_sdk.models.dashboard import DashboardLink as DashboardLinkModel
from grafana_foundation_sdk.models.dashboard import Panel as PanelModel

from dashboards.board import Board
from dashboards.grafana import layout
from dashboards.grafana.panels import panel_model
from dashboards.grafana.wording import duration
from kit import i18n
from kit.i18n import _

TAG = "fabnum"
SCHEMA_VERSION = Dashboard().schema_version
"""That of the SDK's models; a Grafana that is newer brings a dashboard up to its own."""
UID_LENGTH = 40
"""Source: "Dashboard HTTP API", Grafana documentation: a uid has at most 40 characters."""
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
_REFRESH_S = 60
_PUBLIC_REFRESH_S = 300


class Surroundings(NamedTuple):
    """Where a dashboard will stand: the site's time zone, and all languages it is made in."""

    time_zone: str = "browser"
    languages: tuple[str, ...] = ()


ANYWHERE = Surroundings()
"""Any site: times are those of the reader's clock."""


def dashboard(board: Board, around: Surroundings = ANYWHERE) -> Dashboard:
    """Return a board as Grafana's dashboard. The board and the words added are of one language."""
    model = (
        Builder(board.title)
        .uid(uid(board.id, i18n.current()))
        .description(board.description)
        .tags([TAG, board.audience, i18n.current()])
        .readonly()
        .timezone(around.time_zone)
        .week_start("monday")
        .time(f"now-{duration(board.span_s)}", "now")
        .refresh(duration(max(board.refresh_s, slowest_refresh(board))))
        .links(_links(board, around))
        .build()
    )
    model.panels = _panels(board)
    return model


def values(board: Board, around: Surroundings = ANYWHERE) -> dict[str, Any]:
    """Return the dashboard as plain values: what Grafana's HTTP API takes as ``dashboard``."""
    plain: dict[str, Any] = json.loads(text(board, around))
    return plain


def text(board: Board, around: Surroundings = ANYWHERE) -> str:
    """Return the dashboard as JSON; the same board always gives the same text."""
    model = dashboard(board, around)
    return json.dumps(model, cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def uid(board_id: str, language: str) -> str:
    """Return the name of a dashboard in its address; a long one ends in a digest."""
    name = f"{TAG}-{board_id}-{language}"
    if len(name) <= UID_LENGTH:
        return name
    digest = sha256(board_id.encode()).hexdigest()[:8]
    kept = UID_LENGTH - len(f"{TAG}--{digest}-{language}")
    return f"{TAG}-{board_id[:kept]}-{digest}-{language}"


def slowest_refresh(board: Board) -> int:
    """Return how often a board may be asked anew at most (s); anybody may open a public one."""
    return _PUBLIC_REFRESH_S if board.audience == "public" else _REFRESH_S


def _panels(board: Board) -> list[PanelModel | RowPanel]:
    panels: list[PanelModel | RowPanel] = []
    top = 0
    for row in board.rows:
        heading = RowPanel(title=row.title, grid_pos=layout.heading(top), id_val=len(panels) + 1)
        panels.append(heading)
        places = layout.placed(row, top + layout.HEADING_HEIGHT)
        for panel, place in zip(row.panels, places, strict=True):
            model = panel_model(panel, board.span_s)
            model.id_val = len(panels) + 1
            model.grid_pos = place
            panels.append(model)
        top = layout.bottom(places, top + layout.HEADING_HEIGHT)
    return panels


def _links(board: Board, around: Surroundings) -> list[BuilderOf[DashboardLinkModel]]:
    """Return the way to the other boards, and to this one in other languages.

    A public board has none: whoever has no account would only find the page to log in.
    """
    if board.audience == "public":
        return []
    others = (
        DashboardLink(_("Other boards"))
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG, i18n.current()])
        .as_dropdown(True)
        .icon("external link")
    )
    links = [
        others,
        *(
            DashboardLink(LANGUAGE_NAMES.get(language, language))
            .type(DashboardLinkType.LINK)
            .url(f"/d/{uid(board.id, language)}")
            .icon("external link")
            for language in around.languages
            if language != i18n.current()
        ),
    ]
    for link in links:
        link.build().placement = None  # type: ignore[assignment]  # above the board, not in a menu
    return [*links]
