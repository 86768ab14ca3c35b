"""The simulated week that other tests look at is whole, in the journal and in InfluxDB."""

import pytest

from kit.catalogue import builds, load_build
from tests.dashboards.week import TOWNS, Week
from tests.gateway.influx_servers import needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]


def test_both_stores_hold_a_week_of_every_channel(week: Week) -> None:
    for town in TOWNS:
        for build in builds():
            device = next(d for d in week.registry.all() if (d.town, d.build) == (town, build))
            for channel in load_build(build).channels:
                points = week.journal.series(device.key, channel.id, week.start, week.end)
                assert points, f"{device.key} {channel.id}"
                assert points[0][0] < week.start + 7200, channel.id
                if not channel.hidden_below:  # small counts are kept out of a town's database
                    (series,) = week.query(
                        town,
                        f"SELECT count(value) FROM \"{channel.quantity}\" WHERE build = '{build}'",
                    )
                    assert series["values"][0][1] == len(points), f"{device.key} {channel.id}"
