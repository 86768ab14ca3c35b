"""The cable: what survives when it comes out, at any moment, and what is there when it returns."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serial

from tests.device.virtual.conftest import Tool


def test_pulling_the_cable_takes_the_port_and_the_power(tool):
    tool.write("kept.txt", "hello")
    tool.ask("import machine; machine.RTC().memory(b'lost')")
    with serial.Serial(tool.board.port) as port:
        tool.board.unplug()
        with pytest.raises(serial.SerialException):
            port.read(1000)
    assert not Path(tool.board.port).exists()
    assert not tool.board.powered
    tool.board.plug()
    assert tool.ask("import machine; print(machine.RTC().memory())") == "b''"
    assert tool.ask("print(open('kept.txt').read())") == "hello"


def test_the_reset_button_starts_it_anew_as_a_power_on_does(tool):
    tool.ask("global_name = 1")
    tool.board.press_reset()
    assert tool.ask("import machine; print(machine.reset_cause())") == "1"
    assert tool.ask("print('global_name' in dir())") == "False"


def test_the_power_goes_in_the_middle_of_a_write_of_the_program(tool):
    tool.write("a.txt", "old")
    tool.board.cut_after_writes(1)
    done = tool.mpremote("resume", "exec", "with open('a.txt', 'w') as f: f.write('new' * 2000)")
    assert done.returncode != 0
    assert not Path(tool.board.port).exists()
    assert not tool.board.powered
    tool.board.plug()
    assert tool.ask("print(open('a.txt').read(6))") == "old"


def test_the_count_goes_on_through_a_soft_reset(tool):
    tool.board.cut_after_writes(60)
    written = 0
    while tool.board.powered and written < 60:
        written += 1
        tool.mpremote("exec", f"with open('a.txt', 'w') as f: f.write('{written}' * 50)")
    assert 2 < written < 60


@pytest.mark.slow
def test_the_power_goes_in_the_middle_of_a_flash(tool, image):
    tool.board.cut_after_writes(20)
    assert tool.flash(image).returncode != 0
    assert not tool.board.powered
    tool.board.plug()
    tool.board.wait_for("boot: No bootable app partitions")
    assert tool.flash(image).returncode == 0
    assert tool.ask("print('healed')") == "healed"


def test_whatever_write_is_the_last_littlefs_keeps_the_old_or_the_new(tool):
    tool.write("a.txt", "0")
    for writes in range(1, 9):
        tool.board.cut_after_writes(writes)
        code = f"f = open('b.txt', 'w'); f.write('{writes}' * 300); f.close(); import os; "
        tool.mpremote("resume", "exec", code + "os.rename('b.txt', 'a.txt')")
        tool.board.unplug()
        tool.board.plug()
        content = tool.ask("print(set(open('a.txt').read()))")
        assert content in {str({str(number)}) for number in range(writes + 1)}


def test_boards_keep_their_flash_for_the_next_bench(make_bench, image):
    first = make_bench(image=image)
    Tool(first.boards[0]).write("kept.txt", "hello")
    first.stop()
    second = make_bench()
    assert Tool(second.boards[0]).ask("print(open('kept.txt').read())") == "hello"


def test_all_boards_end_when_their_keeper_is_killed(tmp_path, image):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from device.twin.virtual import VirtualBench\n"
        f"with VirtualBench(Path({str(tmp_path)!r}), 3, image=Path({str(image)!r})) as bench:\n"
        "    print([b._process.pid for b in bench.boards], flush=True)\n"
        "    time.sleep(60)\n"
    )
    keeper = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert keeper.stdout is not None
    boards = [int(pid) for pid in keeper.stdout.readline().strip("[]\n").split(",")]
    keeper.kill()
    keeper.wait()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in boards):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_line_carries_no_more_than_its_baud_rate_allows(make_bench, tmp_path):
    bench = make_bench(baud_true=True)
    content = os.urandom(20_000)
    (tmp_path / "noise.bin").write_bytes(content)
    tool = Tool(bench.boards[0])
    begin = time.monotonic()
    done = tool.esptool("--baud", 115200, "write-flash", "0x10000", tmp_path / "noise.bin")
    assert done.returncode == 0
    assert time.monotonic() - begin > len(content) * 10 / 115200
