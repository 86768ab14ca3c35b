"""mpremote, unmodified, on virtual boards: REPLs, files, resets, and what surrounds a program."""

import subprocess
import time

import pytest
import serial

from device.twin.host import AccessPoint
from device.twin.virtual import virtual_image
from tests.device.virtual.conftest import Tool


def test_a_blank_board_with_micropython_comes_to_a_prompt(tool):
    tool.board.wait_for("Performing initial setup")
    tool.board.wait_for(">>> ")
    assert "MicroPython v1.29.0 on " in tool.board.console()
    assert "; Generic ESP32 module with ESP32\r\n" in tool.board.console()


def test_a_program_sees_an_esp32_and_nothing_of_the_pc(tool):
    assert tool.ask("import sys; print(sys.platform, sys.path, sys.argv)") == (
        "esp32 ['', '.frozen', '/lib'] []"
    )
    assert tool.ask("import os; print(os.listdir('/'), os.getcwd())") == "['boot.py'] /"
    assert tool.ask("import os; print(os.uname().machine, hasattr(os, 'system'))") == (
        "Generic ESP32 module with ESP32 False"
    )
    assert tool.mpremote("fs", "ls", ":/").stdout.split() == ["ls", ":/", "48", "boot.py"]
    assert tool.mpremote("df").stdout.count("Vfs") == 1
    tool.board.press_reset()
    assert tool.ask("print([name for name in dir() if name[0] != '_'])") == "[]"


def test_what_the_image_says_is_what_runs(make_bench, tmp_path):
    image = virtual_image("esp32", tmp_path / "old.bin", version="1.22.2")
    tool = Tool(make_bench(image=image).boards[0])
    assert tool.ask("import sys; print(sys.implementation.version[:3])") == "(1, 22, 2)"


def test_files_are_copied_listed_read_and_removed(tool, tmp_path):
    content = bytes(range(256)) * 40
    (tmp_path / "a.bin").write_bytes(content)
    copied = tool.mpremote("fs", "cp", tmp_path / "a.bin", ":", "+", "fs", "ls")
    assert copied.returncode == 0
    assert "10240 a.bin" in copied.stdout
    tool.board.press_reset()
    assert tool.mpremote("fs", "cp", ":a.bin", tmp_path / "b.bin").returncode == 0
    assert (tmp_path / "b.bin").read_bytes() == content
    assert tool.mpremote("fs", "rm", ":a.bin", "+", "fs", "ls").stdout.count("a.bin") == 1


def test_a_folder_of_the_pc_can_be_mounted_and_run_from(tool, tmp_path):
    (tmp_path / "there.py").write_text("print('from the PC')\n")
    done = tool.mpremote("mount", tmp_path, "exec", "import there")
    assert "from the PC" in done.stdout
    assert done.returncode == 0


def test_a_program_of_the_pc_runs_on_the_board(tool, tmp_path):
    program = "import machine\nprint('freq', machine.freq())\n" + "#" * 20_000
    (tmp_path / "program.py").write_text(program)
    assert "freq 160000000" in tool.mpremote("run", tmp_path / "program.py").stdout


def test_a_soft_reset_in_the_raw_repl_runs_boot_py_but_not_main_py(tool):
    tool.write("boot.py", "print('boot ran')")
    tool.write("main.py", "print('main ran')")
    before = len(tool.board.console())
    assert tool.mpremote("exec", "print('fresh')").returncode == 0
    after = tool.board.console()[before:]
    assert "boot ran" in after
    assert "fresh" in after
    assert "main ran" not in after
    assert tool.mpremote("soft-reset").returncode == 0
    tool.board.press_reset()
    tool.board.wait_for("main ran")


def test_what_main_py_leaves_is_there_at_the_prompt(tool):
    tool.write("main.py", "answer = 42")
    tool.board.press_reset()
    assert tool.ask("print(answer)") == "42"


def test_a_failing_boot_py_keeps_main_py_from_running(tool):
    tool.write("boot.py", "1 / 0")
    tool.write("main.py", "print('main ran')")
    before = len(tool.board.console())
    tool.board.press_reset()
    tool.board.wait_for('  File "boot.py", line 1, in <module>\r\nZeroDivisionError')
    assert tool.ask("print('prompt')") == "prompt"
    assert "main ran" not in tool.board.console()[before:]


def test_a_running_program_is_interrupted_and_leaves_the_prompt(tool):
    tool.write("main.py", "while True: pass")
    tool.board.press_reset()
    assert tool.ask("print('interrupted')") == "interrupted"
    tool.board.wait_for('  File "main.py", line 1, in <module>\r\nKeyboardInterrupt')


def test_what_follows_an_interrupt_at_once_is_not_lost(tool):
    with serial.Serial(tool.board.port, 115200, timeout=60) as port:
        port.write(b"\x03")
        port.read_until(b">>> ")
        for number in range(30):
            port.write(b"while True: print(end=chr(33))\r\n\r\n")
            assert port.read_until(b"!").endswith(b"!")
            port.write(b"\x03print('round', %d + 100)\r\n" % number)
            assert port.read_until(b"\r\nround %d\r\n" % (number + 100)).endswith(b"\r\n")


@pytest.mark.parametrize(
    ("call", "cause", "said"),
    [
        ("machine.reset()", 2, "rst:0xc (SW_CPU_RESET)"),
        ("machine.deepsleep(10)", 4, "rst:0x5 (DEEPSLEEP_RESET)"),
        ("machine.soft_reset()", 5, "MPY: soft reboot"),
        ("import sys; sys.exit()", 5, "MPY: soft reboot"),
    ],
)
def test_it_starts_again_with_the_cause(tool, call, cause, said):
    tool.write(
        "main.py",
        "import machine\n"
        "if machine.reset_cause() == 1:\n"
        "    machine.RTC().memory(b'kept')\n"
        f"    {call}\n"
        "print('again', machine.reset_cause(), machine.RTC().memory())",
    )
    tool.board.press_reset()
    tool.board.wait_for(f"again {cause} b'kept'")
    assert said in tool.board.console()


def test_a_stuck_program_is_bitten_by_its_watchdog(tool):
    tool.write(
        "main.py",
        "import machine\n"
        "if machine.reset_cause() != 3:\n"
        "    machine.WDT(timeout=500)\n"
        "    while True: pass\n"
        "print('bitten')",
    )
    tool.board.press_reset()
    tool.board.wait_for("bitten")


def test_parts_are_those_of_the_bench_and_follow_what_is_said_of_them(make_bench, image):
    bench = make_bench(image=image, build="climate", room={"seed": 2})
    tool = Tool(bench.boards[0])
    scan = (
        "from machine import I2C, Pin; import time; time.sleep(0.1);"
        "print(I2C(0, scl=Pin(22), sda=Pin(21)).scan())"
    )
    assert tool.ask(scan) == "[68]"
    tool.board.control(parts={"sht31": {"plugged": False}})
    assert tool.ask(scan) == "[]"
    tool.board.press_reset()
    assert tool.ask(scan) == "[]"


def test_the_radio_is_that_of_the_bench(make_bench, image):
    bench = make_bench(image=image, access_points=[AccessPoint("lab", "sesame12", rssi=-48)])
    tool = Tool(bench.boards[0])
    scan = (
        "import network, time; time.sleep_ms(1); wlan = network.WLAN(); wlan.active(True); "
        "print([(point[0], point[3]) for point in wlan.scan()])"
    )
    assert tool.ask(scan) == "[(b'lab', -48)]"
    tool.board.control(wifi=False)
    assert tool.ask(scan) == "[]"


def test_the_colours_that_the_leds_were_given_are_seen(tool):
    tool.ask(
        "import neopixel, machine\n"
        "strip = neopixel.NeoPixel(machine.Pin(4), 12)\n"
        "strip[0] = (1, 2, 3); strip[11] = (200, 100, 50); strip.write()"
    )
    colours = tool.board.shows()
    assert len(colours) == 12
    assert (colours[0], colours[1], colours[11]) == ((1, 2, 3), (0, 0, 0), (200, 100, 50))
    tool.board.unplug()
    assert tool.board.shows() == []


def test_a_button_that_is_held_stays_so_through_a_reset(tool):
    tool.write(
        "main.py",
        "import machine, time\n"
        "button = machine.Pin(27, machine.Pin.IN, machine.Pin.PULL_UP)\n"
        "time.sleep_ms(100)\n"
        "print('button', button.value())",
    )
    tool.board.press_reset()
    tool.board.wait_for("button 1")
    tool.board.control(hold="button")
    tool.board.press_reset()
    tool.board.wait_for("button 0")


def test_output_that_nobody_reads_does_not_stop_the_board(tool):
    tool.write(
        "main.py",
        "for _ in range(3000): print('x' * 100)\nwith open('done', 'w') as file: pass",
    )
    tool.board.press_reset()
    end = time.monotonic() + 60
    while tool.board.console().count("x" * 100) < 3000 and time.monotonic() < end:
        time.sleep(0.05)
    assert "'done'" in tool.ask("import os; print(os.listdir())")


def test_the_fakes_say_nothing_on_the_line(tool):
    done = tool.mpremote("resume", "exec", "import world")
    assert "ImportError" in done.stderr + done.stdout
    assert "[twin]" not in tool.board.console()


def test_a_pasted_program_that_never_ends_is_interrupted_by_the_next_who_comes(tool):
    endless = "print('endless')\nwhile True: bytearray(100)"
    for _ in range(3):
        with pytest.raises(subprocess.TimeoutExpired):
            tool.mpremote("resume", "exec", endless, timeout=2)
        assert tool.ask("print('interrupted')") == "interrupted"


def test_what_is_typed_ahead_waits_for_the_prompt(tool):
    with serial.Serial(tool.board.port, 115200, timeout=60) as port:
        port.write(b"\r\nprint(sum(range(20000)))\r\nprint('second')\r\n")
        assert port.read_until(b"\r\nsecond\r\n").endswith(b"\r\nsecond\r\n")
