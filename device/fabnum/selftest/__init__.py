"""The self-test: what the bench asks of a board over the cable, one JSON line a finding.

    from fabnum import selftest
    selftest.run([{"id": "co2", "kind": "plausible", "part": "scd41", "channel": "co2",
                   "range": [350, 5000]}])
    {"test": "co2", "ok": true, "value": 612}

Each test is one of the build's (``[[tests]]`` of build.toml) with the part it is about, or of
kind ``network``, which gives the findings ``wifi``, ``broker`` and ``clock``. What fails has a
word for ``why``. Lines with ``now`` come while a value is watched, ``go`` says that a person may
act.

Nothing of it is in the memory of the running firmware: the bench restarts MicroPython, asks, and
lets the board go.
"""

import asyncio
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.selftest.parts import Parts

_parts: "Parts | None" = None


def run(tests: "list[dict[str, Any]]") -> None:
    """Do some tests, one after another, and print what is found. Raises what nobody expected."""
    asyncio.run(_run(tests))


def end(result: "dict[str, Any]") -> None:
    """Keep the result until the firmware has published it, and show it on the board itself.

    Prints ``{"shown": …}``: ``pixels``, ``led``, or ``none`` where the board has no light.
    """
    from fabnum import tested
    from fabnum.selftest import verdict

    tested.keep(result)
    print(json.dumps({"shown": verdict.show(result["passed"])}))


def tell(test: str, **finding: "Any") -> None:
    """Print one line for the bench."""
    finding["test"] = test
    print(json.dumps(finding))


async def _run(tests: "list[dict[str, Any]]") -> None:
    for test in tests:
        network = test["kind"] == "network"
        try:
            await (_check_way_out() if network else _check_part(test))
        except MemoryError:
            tell("wifi" if network else test["id"], ok=False, why="memory")


async def _check_way_out() -> None:
    from fabnum.selftest import way_out

    await way_out.check()


async def _check_part(test: "dict[str, Any]") -> None:
    global _parts
    if _parts is None:
        from fabnum.selftest.parts import Parts

        _parts = Parts()
    await _parts.check(test)
