"""Grafana's part, played: what it asks InfluxDB for a panel, and what it makes of the answers.

As its source does: ``pkg/tsdb/influxdb/models/query.go`` (what is put into a question),
``influxql/buffered/response_parser.go`` (tables), ``packages/grafana-data/src/transformations``
(calculateField, filterFieldsByName, merge, organize). What our panels do not use, fails.
"""

import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Series = dict[str, Any]
Row = dict[str, Any]
Ask = Callable[[str], list[Series]]

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(text: str) -> int:
    match = re.fullmatch(r"(?:now-)?(\d+)([smhd])", text)
    assert match, text
    return int(match[1]) * SECONDS[match[2]]


def span(panel: Json, model: Json) -> int:
    """Return the time that a panel looks at (s)."""
    return seconds(panel.get("timeFrom") or model["time"]["from"])


def step(panel: Json, model: Json) -> int:
    """Return ``$__interval`` where the shortest allowed step holds (s)."""
    least = seconds(panel["interval"]) if "interval" in panel else 1
    assert span(panel, model) / panel["maxDataPoints"] <= least, "Grafana would stretch the step"
    return least


def asked(target: Json, panel: Json, model: Json, end: int) -> str:
    """Return the statement that Grafana sends for a question."""
    start = end - span(panel, model)
    bounds = f"time >= {start * 1000}ms and time <= {end * 1000}ms"
    text: str = target["query"].replace("$timeFilter", bounds)
    if "$__interval" in text:
        text = text.replace("$__interval", f"{step(panel, model)}s")
    assert "$" not in text
    # The week ends in the past of the server's clock.
    return text.replace("now()", f"{end * 1000}ms")


def table(panel: Json, model: Json, end: int, ask: Ask) -> list[Row]:
    """Return the rows of a table panel, by the headings of its columns."""
    frames = {
        target["refId"]: _rows(ask(asked(target, panel, model, end))) for target in panel["targets"]
    }
    rows: list[Row] = []
    for change in panel["transformations"]:
        options = change["options"]
        if change["id"] == "calculateField":
            only = change.get("filter", {}).get("options")
            assert options["mode"] == "reduceRow"
            assert options["reduce"]["reducer"] == "lastNotNull"
            (field,) = options["reduce"]["include"]
            for row in rows or (frames[only] if only else []):
                row[options["alias"]] = row.get(field)
        elif change["id"] == "filterFieldsByName":
            names = options["exclude"]["names"]
            frames = {
                letter: [{k: v for k, v in row.items() if k not in names} for row in found]
                for letter, found in frames.items()
            }
        elif change["id"] == "merge":
            rows = _merged([found for found in frames.values() if found])
        else:
            assert change["id"] == "organize"
            order = sorted(options["indexByName"], key=options["indexByName"].__getitem__)
            names = options["renameByName"]
            unknown = {key for row in rows for key in row} - set(order)
            assert not unknown, f"columns without a heading: {unknown}"
            rows = [{names[field]: row.get(field) for field in order} for row in rows]
    return rows


def _rows(answer: list[Series]) -> list[Row]:
    """Return the one frame of a table: ``Time``, the tags, and the value as it is called."""
    rows = []
    for series in answer:
        time, name = series["columns"]
        assert time == "time"
        rows += [
            {"Time": moment, **series.get("tags", {}), name: value}
            for moment, value in series["values"]
        ]
    return rows


def _merged(frames: list[list[Row]]) -> list[Row]:
    """Put rows together that agree in the columns which all frames have."""
    if len(frames) == 1:
        return frames[0]
    keys = sorted(set.intersection(*({*frame[0]} for frame in frames))) if frames else []
    assert keys or not frames, "tables that share no column stay apart"
    rows: dict[tuple[Any, ...], Row] = {}
    for frame in frames:
        for row in frame:
            there = rows.setdefault(tuple(row[key] for key in keys), {})
            assert all(there.get(k) in {None, v} for k, v in row.items()), "a second row"
            there.update(row)
    return list(rows.values())
