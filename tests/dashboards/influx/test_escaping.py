"""Names in questions: whatever stands in one, InfluxDB finds what the writer wrote, and no more."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboards import influxql
from dashboards.influx import answers
from dashboards.query import Line, Point, Query
from gateway.influx.lines import series, speakable
from gateway.influx.reader import Reader
from gateway.influx.v1 import Version1
from tests.gateway.influx_servers import Influxd, influxd, needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]

AT = 1_763_700_000
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influxd]:
    with influxd(tmp_path_factory.mktemp("escaping")) as server:
        yield server


@given(name=NAMES, other=NAMES)
@example(name="l'école", other='" OR "')
@example(name="' OR 1=1 --", other="x")
@example(name='"; DROP DATABASE "names', other="\\")
@example(name="\\'", other='\\"')
@example(name="a, b=c\\d, \"e\" 'f'", other="é€😀")
@example(name="line\nbreak", other="tab\t")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_under_a_name_is_found_by_it(
    server: Influxd, name: str, other: str
) -> None:
    writer, reader = Version1(server.url, ""), Reader(server.url, "")
    writer.create("names")
    quantity, place, another = (speakable(text) for text in (name, other, f"{other}x"))
    written = [
        f"{series(name, [('place', where)])} value={value} {AT * 1_000_000}"
        for where, value in ((other, 1.5), (f"{other}x", 2.5))
    ]
    writer.write("names", "\n".join(written).encode())
    query = Query(quantity, "last", by=("place",), where={"place": place})
    statement = influxql.text(query, influxql.between(AT, AT + 1))
    found = answers.lines(reader.ask("names", statement), query.by)
    assert found == [Line((place,), (Point(float(AT), 1.5),))]
    both = Query(quantity, "sum", where={"place": (place, another)})
    statement = influxql.text(both, influxql.between(AT, AT + 1), column='"sum" of it')
    (line,) = answers.lines(reader.ask("names", statement), both.by)
    assert [point.value for point in line.points] == [4.0]
    writer.close()
    reader.close()
    assert "names" in server.databases()


@pytest.mark.parametrize("name", ['fabnum_"x', "fabnum_x'; DROP", "fabnum_é"])
def test_a_database_of_any_name_is_made_and_asked(server: Influxd, name: str) -> None:
    writer, reader = Version1(server.url, ""), Reader(server.url, "")
    writer.create(name)
    writer.write(name, f"co2 value=1 {AT * 1_000_000}".encode())
    statement = f"SELECT last(value) FROM {influxql.identifier(name)}..co2"
    assert answers.lines(reader.ask("", statement), ()) == [Line((), (Point(float(AT), 1.0),))]
    assert reader.may_read(name)
    writer.close()
    reader.close()
