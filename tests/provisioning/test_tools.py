"""Tools as processes: real ones, and small programs that do what a sick tool does."""

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from provisioning import tools


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def test_output_and_exit_code_come_back() -> None:
    outcome = await tools.run(python("print('été'); raise SystemExit(3)"), timeout_s=30)
    assert outcome == tools.Outcome(3, f"été{os.linesep}")


async def test_a_letter_cut_in_two_by_the_pipe_stays_one_letter() -> None:
    code = (
        "import os, time\n"
        "for byte in 'é'.encode():\n"
        "    os.write(1, bytes([byte])); time.sleep(0.05)"
    )
    assert (await tools.run(python(code), timeout_s=30)).output == "é"


async def test_a_carriage_return_ends_a_line_too() -> None:
    lines: list[str] = []
    code = r"import os; os.write(1, b'1 %\r2 %\r\n3 %')"
    await tools.run(python(code), timeout_s=30, on_line=lines.append)
    assert lines == ["1 %", "2 %", "3 %"]


async def test_complaints_stay_apart_where_that_is_wanted() -> None:
    code = "import sys; print('said'); print('complained', file=sys.stderr)"
    lines: list[str] = []
    outcome = await tools.run(python(code), timeout_s=30, apart=True, on_line=lines.append)
    assert (outcome.output.strip(), outcome.complaint.strip()) == ("said", "complained")
    assert lines == ["said"]


async def test_a_tool_that_never_ends_is_ended(tmp_path: Path) -> None:
    outcome = await tools.run(python(_tell_pid(tmp_path) + "time.sleep(600)"), timeout_s=5)
    assert outcome.timed_out
    assert not psutil.pid_exists(_pid(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="there every end is like this one")
async def test_a_tool_that_will_not_end_is_killed(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    code = stubborn + _tell_pid(tmp_path) + "time.sleep(600)"
    assert (await tools.run(python(code), timeout_s=5)).timed_out
    assert not psutil.pid_exists(_pid(tmp_path))


async def test_a_tool_that_falls_silent_is_ended_however_long_it_may_run() -> None:
    code = "import time\nprint('well', flush=True)\ntime.sleep(600)"
    outcome = await tools.run(python(code), timeout_s=None, idle_s=4)
    assert outcome.timed_out
    assert outcome.output.strip() == "well"


async def test_a_tool_that_goes_on_speaking_may_take_longer_than_the_silence_allowed() -> None:
    code = "import time\nfor i in range(10): print(i, flush=True); time.sleep(0.5)"
    outcome = await tools.run(python(code), timeout_s=None, idle_s=4)
    assert outcome.output.split() == list("0123456789")


async def test_cancelling_ends_the_tool(tmp_path: Path) -> None:
    running = asyncio.create_task(
        tools.run(python(_tell_pid(tmp_path) + "time.sleep(600)"), timeout_s=600)
    )
    pid = await asyncio.to_thread(_pid, tmp_path)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert not psutil.pid_exists(pid)


async def test_a_listener_that_refuses_a_line_ends_the_tool(tmp_path: Path) -> None:
    def refuse(line: str) -> None:
        raise ValueError(line)

    code = _tell_pid(tmp_path) + "print('wrong', flush=True); time.sleep(600)"
    with pytest.raises(ValueError, match="wrong"):
        await tools.run(python(code), timeout_s=600, on_line=refuse)
    assert not psutil.pid_exists(_pid(tmp_path))


async def test_standard_input_is_empty() -> None:
    outcome = await tools.run(python("import sys; print(sys.stdin.read() or 'end')"), timeout_s=30)
    assert outcome.output.strip() == "end"


@pytest.mark.parametrize(
    "command", [tools.esptool("nowhere", "version"), tools.mpremote("nowhere", "version")]
)
async def test_the_tools_are_installed(command: list[str]) -> None:
    said = (await tools.run(command, timeout_s=60)).output
    assert "No module named" not in said
    assert "nowhere" in said or "esptool" in said


def _tell_pid(folder: Path) -> str:
    """Write the process's number into a file, whole; and import time."""
    return (
        "import os, time\n"
        f"with open({str(folder / 'new')!r}, 'w') as file: file.write(str(os.getpid()))\n"
        f"os.replace({str(folder / 'new')!r}, {str(folder / 'pid')!r})\n"
    )


def _pid(folder: Path) -> int:
    deadline = time.monotonic() + 30
    while not (folder / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return int((folder / "pid").read_text())
