"""The questions as they stand in Grafana's files: InfluxDB 1.6 understands and answers each.

Grafana puts time and interval in as `pkg/tsdb/influxdb/models/query.go` of grafana/grafana does:
``time >= …ms and time <= …ms``, and a duration.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.grafana.dashboard import Surroundings
from dashboards.grafana.files import board_files
from gateway.influx.reader import Reader
from kit.cli.boards_organisations import organisations
from tests.dashboards.week import Week
from tests.gateway.influx_servers import needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]


def targets(panels: list[dict[str, Any]]) -> Iterator[str]:
    for panel in panels:
        yield from targets(panel.get("panels", []))
        yield from (target["query"] for target in panel.get("targets", []))


@pytest.mark.parametrize("interval", ["10m", "1h", "1d"])
def test_every_question_in_grafana_s_files_is_understood_and_answered(
    week: Week, interval: str
) -> None:
    start, end = round(week.start * 1000), round(week.end * 1000)
    for organisation in organisations(week.folder, week.settings):
        reader = Reader(week.server.url, week.folder.secret(f"influx-read-{organisation.id}"))
        database, asked, answered = f"fabnum_{organisation.id}", 0, 0
        for _name, text in board_files(organisation.boards, Surroundings(languages=("fr", "en"))):
            for question in targets(json.loads(text)["panels"]):
                statement = question.replace(
                    "$timeFilter", f"time >= {start}ms and time <= {end}ms"
                ).replace("$__interval", interval)
                assert "$" not in statement
                asked += 1
                answered += b'"series"' in reader.ask(database, statement)
        reader.close()
        assert asked > 20
        assert answered > 0.8 * asked  # the rest waits for faults, as `boards check` says
