"""`fabnum boards check` over a simulated week: every question is answered, and faults are found."""

import json

import pytest

from kit.cli.boards_check import check_boards
from tests.dashboards.week import Week
from tests.gateway.influx_servers import needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]


def test_every_question_of_every_board_is_answered_over_a_week(
    week: Week, capsys: pytest.CaptureFixture[str]
) -> None:
    code = check_boards(week.folder, "en", as_json=True, now=week.end)
    results = json.loads(capsys.readouterr().out)
    assert [r for r in results if r["verdict"] not in ("answered", "nothing")] == []
    assert code == 0
