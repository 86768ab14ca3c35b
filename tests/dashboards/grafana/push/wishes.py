"""A small site to push: one town, and the fabmanagers with their alerts."""

from typing import Any

from dashboards.board import Audience, Board, Panel, Row
from dashboards.grafana.dashboard import Surroundings
from dashboards.grafana.push.http import Grafana
from dashboards.grafana.push.kinds.data_source import Secret
from dashboards.grafana.push.push import Done, Wanted, push
from dashboards.grafana.push.wanted import Alerting, Names, Source, organisation
from kit.settings import Alerts
from tests.dashboards.grafana_server import GrafanaServer

KEY = b"a key that only this site has"
TOKENS = {"gonesse": "token-of-gonesse==", "hem": "token-of-hem==", "_site": "token-of-the-site=="}
FRENCH = Surroundings("Europe/Paris", ("fr",))
BOTH = Surroundings("Europe/Paris", ("fr", "en"))


def board(name: str, *, title: str = "", public: bool = False) -> Board:
    """Return a board of a few words."""
    words = Panel("words", "text", "Bonjour", "Ce que l’on voit.", text="Rien encore.")
    audience: Audience = "public" if public else "town"
    return Board(name, title or name.title(), "Un tableau.", audience, (Row("Ici", (words,)),))


TOWN_BOARDS = (board("town", title="Nos objets"), board("public", public=True))


def town(
    name: str = "Gonesse",
    *boards: Board,
    secret: Secret | None = None,
    around: Surroundings = FRENCH,
) -> Wanted:
    """Return a town's organisation."""
    slug = name.lower()
    secret = secret or Secret(TOKENS.get(slug, "token"))
    source = Source("http://influx:8086", f"fabnum_{slug}", "fabnum_", secret, KEY)
    return organisation(Names(name, "Lecteurs"), source, lambda: boards or TOWN_BOARDS, around)


def site(*addresses: str, alerts: Alerts | None = None) -> Wanted:
    """Return the fabmanagers' organisation, with alerts."""
    source = Source("http://influx:8086", "fabnum__site", "fabnum_", Secret(TOKENS["_site"]), KEY)
    alerting = Alerting(alerts or Alerts(), "fr", "Europe/Paris", addresses)
    names = Names("Fablab du Val", "Fabmanagers")
    return organisation(names, source, lambda: [board("fleet")], FRENCH, alerting)


def pushed(server: GrafanaServer, *wanted: Wanted, **options: Any) -> list[Done]:
    """Push, without waiting between two looks."""
    grafana = Grafana(server.url, server.user, server.password, TOKENS.values(), patience_s=0)
    return list(push(grafana, wanted, pause=lambda _seconds: None, **options))


def steps(done: list[Done]) -> list[tuple[str, str]]:
    """Return what was done, and to which."""
    return [(step.verb, step.key) for one in done for step in one.steps]
