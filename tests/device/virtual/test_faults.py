"""What can be wrong with a board, as the real tools see it."""

import ast
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from device.twin.chip.faults import Fault
from device.twin.virtual import virtual_image
from tests.device.virtual.conftest import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).resolve().parents[2]


def looped(board, words: str) -> None:
    """Wait until the board has said that again and again."""
    said_more(board, words, 2)


def said_more(
    board, words: str, times: int = 1, *, after: "Callable[[], object]" = lambda: None
) -> None:
    """Do something, and wait until the board has said that so many times more."""
    before = board.console().count(words)
    after()
    end = time.monotonic() + 60
    while board.console().count(words) < before + times:
        assert time.monotonic() < end, board.console()[-500:]
        time.sleep(0.05)


@pytest.mark.slow
def test_over_a_charge_only_cable_nothing_comes(tool):
    tool.board.wait_for(">>> ")
    before = tool.board.console()
    tool.board.fault("charge-only")
    assert tool.esptool("--connect-attempts", 1, "chip-id").returncode != 0
    assert tool.mpremote("exec", "1").returncode != 0
    assert tool.board.console() == before
    tool.board.fault(None)
    assert tool.ask("print('sound')") == "sound"


def test_without_its_driver_a_board_is_on_usb_and_has_no_port(make_bench, image):
    bench = make_bench(image=image)
    board = bench.boards[0]
    device = bench.folder / "usb" / "1"
    assert (device / "idVendor").read_text() == "10c4\n"
    assert [port.name for port in (device / "tty").iterdir()] == ["ttyUSB0"]
    board.fault("no-driver")
    assert (device / "product").read_text() == "CP2102 USB to UART Bridge Controller\n"
    assert not (device / "tty").exists()
    assert list((bench.folder / "dev").iterdir()) == []
    board.fault(None)
    assert Tool(board).ask("print('sound')") == "sound"


def test_a_wrong_chip_shows_in_esptool_and_on_usb(make_bench):
    bench = make_bench()
    bench.boards[0].fault("wrong-chip")
    assert "ESP32-C3" in Tool(bench.boards[0]).esptool("chip-id").stdout
    assert (bench.folder / "usb" / "1" / "idVendor").read_text() == "1a86\n"


@pytest.mark.slow
def test_a_board_that_dies_while_it_is_flashed_is_left_half_written(tool, image):
    tool.board.fault("dies-while-flashing")
    assert tool.flash(image).returncode != 0
    looped(tool.board, "No bootable app partitions")
    tool.board.fault(None)
    assert tool.flash(image).returncode == 0
    assert tool.ask("print('healed')") == "healed"


def test_a_damaged_program_loops_until_it_is_flashed(tool, image):
    tool.board.fault("boot-loop")
    looped(tool.board, "E (440) boot: Factory app partition is not bootable")
    tool.board.fault(None)
    looped(tool.board, "rst:0x3 (SW_RESET)")
    assert tool.flash(image).returncode == 0
    assert tool.ask("print('healed')") == "healed"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (0x1000, "invalid header: 0x20020216"),
        (0x1100, "csum err:"),
        (0x8010, "boot: Failed to verify partition table"),
        (0x30000, "esp_image: Checksum failed"),
    ],
)
def test_one_wrong_byte_in_the_flash_keeps_the_board_from_starting(tool, address, said):
    tool.board.unplug()
    with tool.board.flash_path.open("r+b") as flash:
        flash.seek(address)
        byte = flash.read(1)[0]
        flash.seek(address)
        flash.write(bytes((byte ^ 0xFF,)))
    tool.board.plug()
    looped(tool.board, said)


def test_an_image_for_another_chip_does_not_start(make_bench, tmp_path):
    image = virtual_image("esp32s3", tmp_path / "s3.bin")
    board = make_bench(chip="esp32c3", image=image).boards[0]
    board.wait_for("invalid header")


@pytest.mark.slow
def test_another_program_than_micropython_runs_and_says_nothing(make_bench, tmp_path):
    image = virtual_image("esp32", tmp_path / "blink.bin", name="blink")
    board = make_bench(image=image).boards[0]
    board.wait_for("entry 0x40080400")
    assert Tool(board).mpremote("resume", "exec", "1").returncode != 0
    assert Tool(board).esptool("chip-id").returncode == 0


def test_a_full_file_system_takes_nothing_more_until_it_is_freed(tool, tmp_path):
    (tmp_path / "more.bin").write_bytes(bytes(10_000))
    tool.board.fault("full")
    assert tool.ask("import os; print(os.statvfs('/')[3] < 2)") == "True"
    copied = tool.mpremote("fs", "cp", tmp_path / "more.bin", ":")
    assert copied.returncode != 0
    assert "No space" in copied.stderr + copied.stdout
    tool.board.fault(None)
    assert tool.mpremote("fs", "cp", tmp_path / "more.bin", ":").returncode == 0


def test_a_weak_cable_resets_the_board_again_and_again_and_it_can_be_flashed(tool, image):
    tool.board.fault("brownout")
    looped(tool.board, "Brownout detector was triggered\r\n\r\nets")
    assert tool.flash(image).returncode == 0
    looped(tool.board, "rst:0xc (SW_CPU_RESET)")
    tool.board.fault(None)
    assert tool.ask("print('strong')") == "strong"


def test_with_boot_held_the_loader_waits_and_micropython_does_not_start(tool):
    tool.board.fault("boot-held")
    tool.board.wait_for("boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))")
    tool.board.wait_for("waiting for download")
    starts = tool.board.console().count(">>> ")
    assert tool.esptool("chip-id").returncode == 0
    assert tool.esptool("chip-id").returncode == 0
    said_more(tool.board, "waiting for download", after=tool.board.press_reset)
    assert tool.board.console().count(">>> ") == starts
    tool.board.fault(None)
    assert tool.ask("print('let go')") == "let go"


def test_a_board_that_no_tool_resets_is_flashed_by_hand(make_bench, image):
    tool = Tool(make_bench().boards[0])
    tool.board.fault("no-auto-reset")
    refused = tool.esptool("--connect-attempts", 1, "chip-id")
    assert refused.returncode != 0
    tool.board.press_reset(with_boot=True)
    tool.board.wait_for("waiting for download")
    assert tool.flash(image).returncode == 0
    assert tool.esptool("chip-id").returncode == 0  # the loader is there until EN is pressed
    tool.board.press_reset()
    assert tool.ask("print('flashed')") == "flashed"


@pytest.mark.slow
def test_a_sleeping_board_is_not_caught_until_reset_is_pressed(tool):
    tool.board.fault("asleep")
    looped(tool.board, "rst:0x5 (DEEPSLEEP_RESET)")
    assert tool.mpremote("resume", "exec", "1").returncode != 0
    assert tool.esptool("chip-id").returncode == 0
    assert tool.mpremote("resume", "exec", "1").returncode != 0
    tool.board.press_reset()
    assert tool.ask("print('awake')") == "awake"


@pytest.mark.slow
def test_a_stuck_program_keeps_the_raw_repl_closed(tool):
    tool.board.fault("stuck")
    refused = tool.mpremote("resume", "exec", "1")
    assert refused.returncode != 0
    assert "could not enter raw repl" in refused.stderr
    said_more(tool.board, "T = 21.5", after=tool.board.press_reset)
    assert tool.mpremote("resume", "exec", "1").returncode != 0
    tool.board.fault(None)
    assert tool.ask("print('free')") == "free"


def test_a_program_that_keeps_ctrl_c_out_is_skipped_where_boot_py_is_interrupted(tool):
    tool.write("boot.py", "import time\nprint('window')\ntime.sleep(60)")
    tool.write("main.py", "import micropython\nmicropython.kbd_intr(-1)\nwhile True: pass")
    said_more(tool.board, "window", after=tool.board.press_reset)
    assert tool.ask("print('skipped')") == "skipped"


def test_every_fault_is_used_by_a_test():
    asked = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "fault":
                asked |= {argument.value for argument in node.args if hasattr(argument, "value")}
    assert {fault.value for fault in Fault} <= asked


def test_an_unknown_fault_is_refused(tool):
    with pytest.raises(ValueError, match="haunted"):
        tool.board.fault("haunted")


def test_a_corrupted_file_system_is_said_again_and_again(tool):
    tool.board.unplug()
    with tool.board.flash_path.open("r+b") as flash:
        flash.seek(0x200000)
        flash.write(bytes(8192))
    tool.board.plug()
    tool.board.wait_for("The filesystem appears to be corrupted.")
