"""What examining a board finds, with real esptool and mpremote on virtual boards."""

import asyncio
import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit import firmware
from provisioning import cards, console, diagnosis, preflight
from provisioning.board import Board
from provisioning.ports import VirtualPorts
from tests.provisioning.reached import meets

needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="virtual boards need POSIX terminals"
)
e2e = pytest.mark.e2e


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return virtual_image("esp32", tmp_path_factory.mktemp("image") / "esp32.bin")


@pytest.fixture
def board(tmp_path: Path, image: Path) -> Iterator[VirtualBoard]:
    """A board that came with MicroPython and nothing else."""
    with VirtualBench(tmp_path, image=image) as bench:
        yield bench.boards[0]


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[VirtualBoard]:
    """A board as it comes from the factory."""
    with VirtualBench(tmp_path) as bench:
        yield bench.boards[0]


async def put_files(board: VirtualBoard, files: dict[str, bytes]) -> None:
    code = [
        f"with open({name!r}, 'wb') as f: f.write({content!r})" for name, content in files.items()
    ]
    await Board(board.port).ask("\n".join(code))


# What is found.


@e2e
@needs_posix
async def test_a_new_board_is_found_without_micropython_and_that_is_no_failure(
    blank: VirtualBoard,
) -> None:
    found = await preflight.examine(blank.port)
    assert (found.chip, found.flash_bytes) == ("esp32", 4 << 20)
    assert found.micropython is None
    with meets("no-micropython"):
        found.require_micropython()


@e2e
@needs_posix
@pytest.mark.parametrize("chip", preflight.CHIPS)
async def test_chip_flash_and_micropython_are_found(tmp_path: Path, chip: str) -> None:
    image = virtual_image(chip, tmp_path / "image", version="1.26.1")
    with VirtualBench(tmp_path / "bench", chip=chip, image=image) as bench:
        found = await preflight.examine(bench.boards[0].port)
    assert (found.chip, found.flash_bytes, found.micropython) == (chip, 4 << 20, "1.26.1")
    assert found.firmware is None
    found.require_micropython()


@e2e
@needs_posix
async def test_an_old_micropython_is_a_finding_that_keeps_the_firmware_off(tmp_path: Path) -> None:
    image = virtual_image("esp32", tmp_path / "image", version="1.9.4")
    with VirtualBench(tmp_path / "bench", image=image) as bench:
        found = await preflight.examine(bench.boards[0].port)
    assert found.micropython == "1.9.4"
    with meets("micropython-old") as met:
        found.require_micropython()
    assert met.error.seen == "1.9.4"


@e2e
@needs_posix
async def test_our_firmware_and_its_name_are_found_and_no_secret(board: VirtualBoard) -> None:
    build = firmware.assemble("lamp")
    name = b'{"town": "aubervilliers", "device": "lamp-01", "password": "secret"}'
    await put_files(board, {"build.json": build.program["build.json"], "config.json": name})
    found = await preflight.examine(board.port)
    assert found.firmware == {
        "build": "lamp",
        "hash": build.hash,
        "town": "aubervilliers",
        "device": "lamp-01",
    }
    assert "secret" not in repr(found)


@e2e
@needs_posix
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
async def test_a_damaged_build_file_is_no_firmware(board: VirtualBoard, content: bytes) -> None:
    await put_files(board, {"build.json": content})
    assert (await preflight.examine(board.port)).firmware is None


@e2e
@needs_posix
async def test_the_program_of_a_board_runs_again_afterwards(board: VirtualBoard) -> None:
    await put_files(board, {"main.py": b"import time\nprint('I run')\ntime.sleep(3600)\n"})
    await Board(board.port).restart()
    await asyncio.to_thread(board.wait_for, "I run")
    starts = board.console().count("I run")
    await preflight.examine(board.port)
    await asyncio.to_thread(_wait_until, lambda: board.console().count("I run") > starts)
    assert not board.console().rstrip().endswith(">>>")


@e2e
@needs_posix
async def test_nothing_found_holds_the_boards_address(board: VirtualBoard) -> None:
    found = await preflight.examine(board.port)
    assert "02:00:00" not in repr(found).lower()


# Why a board cannot be used.


@e2e
@needs_posix
async def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    with meets("no-port"):
        await preflight.examine(str(tmp_path / "ttyUSB0"))


@e2e
@needs_posix
async def test_a_board_without_a_driver(board: VirtualBoard, tmp_path: Path) -> None:
    board.fault("no-driver")
    with meets("driver") as met:
        await preflight.present(board.port, VirtualPorts(tmp_path))
    assert met.error.seen == "CP2102 (Silicon Labs)"


@e2e
@needs_posix
async def test_a_port_that_another_program_holds(board: VirtualBoard, tmp_path: Path) -> None:
    with thonny_holds(board.port, tmp_path), meets("port-busy") as met:
        await preflight.examine(board.port)
    if sys.platform == "linux":
        assert met.error.seen == "Thonny"
    await preflight.examine(board.port)


@e2e
@needs_posix
@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become somebody else"
)
async def test_a_port_that_somebody_may_not_use(board: VirtualBoard) -> None:
    terminal = os.path.realpath(board.port)  # noqa: ASYNC240 - the folder of the link is closed too
    with somebody_else(terminal), meets("permission"):
        await preflight.examine(terminal)
    await preflight.examine(terminal)


@e2e
@needs_posix
async def test_a_cable_without_data_is_named_after_somebody_has_pressed_en(
    board: VirtualBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.fault("charge-only")
    pressed = []

    async def press() -> None:
        board.press_reset()
        pressed.append(True)

    monkeypatch.setattr(preflight, "_PRESS_WITHIN_S", 3.0)
    with meets("charge-only"):
        await preflight.examine(board.port, press=press)
    assert pressed


@e2e
@needs_posix
async def test_a_board_that_says_nothing(board: VirtualBoard) -> None:
    board.fault("charge-only")
    with meets("no-answer") as met:
        await preflight.examine(board.port)
    assert "No serial data received" in met.error.seen


@e2e
@needs_posix
async def test_a_chip_that_will_not_do(board: VirtualBoard) -> None:
    board.fault("wrong-chip")
    with meets("wrong-chip") as met:
        await preflight.examine(board.port, chips=("esp32",))
    assert met.error.seen == "esp32c3"


@e2e
@needs_posix
async def test_a_board_that_starts_over_and_over(board: VirtualBoard) -> None:
    board.fault("boot-loop")
    with meets("boot-loop"):
        await preflight.examine(board.port)


@e2e
@needs_posix
async def test_a_boot_loop_is_a_finding_for_who_is_about_to_flash(board: VirtualBoard) -> None:
    board.fault("boot-loop")
    found = await preflight.examine(board.port, mend=True)
    assert (found.chip, found.micropython) == ("esp32", None)
    with meets("boot-loop"):
        found.require_micropython()


@e2e
@needs_posix
async def test_a_program_that_keeps_the_prompt_closed(board: VirtualBoard) -> None:
    board.fault("stuck")
    with meets("raw-repl-refused"):
        await preflight.examine(board.port)


@e2e
@needs_posix
async def test_a_board_that_sleeps_is_found_once_somebody_has_pressed_en(
    board: VirtualBoard,
) -> None:
    board.fault("asleep")
    with meets("asleep"):
        await preflight.examine(board.port)
    board.press_reset()
    assert (await preflight.examine(board.port)).micropython


@e2e
@needs_posix
async def test_a_board_that_has_not_enough_power(board: VirtualBoard) -> None:
    board.fault("brownout")
    with meets("brownout"):
        await preflight.examine(board.port)


@e2e
@needs_posix
async def test_a_board_that_the_computer_cannot_reset_is_found_after_what_its_card_says(
    blank: VirtualBoard,
) -> None:
    blank.fault("no-auto-reset")
    with meets("boot-button"):
        await preflight.examine(blank.port)
    press_en_with_boot_held(blank)
    found = await preflight.examine(blank.port)
    assert (found.chip, found.micropython) == ("esp32", None)


@e2e
@needs_posix
async def test_another_program_on_a_board_that_the_computer_cannot_reset(
    board: VirtualBoard,
) -> None:
    program = (
        b"import micropython, time\nmicropython.kbd_intr(-1)\n"
        b"while True:\n    print('T = 21.5')\n    time.sleep(0.1)\n"
    )
    await put_files(board, {"main.py": program})
    board.fault("no-auto-reset")
    await asyncio.to_thread(board.wait_for, "T = 21.5")
    with meets("boot-button"):
        await preflight.examine(board.port)


@e2e
@needs_posix
async def test_a_board_that_still_waits_to_be_flashed_is_found_once_somebody_has_pressed_en(
    board: VirtualBoard,
) -> None:
    board.fault("no-auto-reset")
    press_en_with_boot_held(board)

    async def press() -> None:
        board.press_reset()

    assert (await preflight.examine(board.port, press=press)).micropython


@e2e
@needs_posix
async def test_a_board_whose_boot_button_is_held_says_so_when_somebody_presses_en(
    board: VirtualBoard,
) -> None:
    board.fault("boot-held")

    async def press() -> None:
        board.press_reset()

    with meets("boot-held"):
        await preflight.examine(board.port, press=press)


@e2e
@needs_posix
async def test_a_board_that_says_nothing_though_somebody_was_asked_to_press_en(
    board: VirtualBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.fault("boot-held")
    asked = []

    async def do_nothing() -> None:
        asked.append(True)

    monkeypatch.setattr(preflight, "_PRESS_WITHIN_S", 1.0)
    with meets("no-answer"):
        await preflight.examine(board.port, press=do_nothing)
    assert asked


@e2e
@needs_posix
async def test_a_board_that_is_unplugged_while_it_is_listened_to(board: VirtualBoard) -> None:
    await Board(board.port).ask("print()")
    begun = asyncio.Event()
    listening = asyncio.create_task(console.listen(board.port, 60, begun))
    await begun.wait()
    await asyncio.to_thread(board.unplug)
    with meets("cable-pulled"):
        await listening


def press_en_with_boot_held(board: VirtualBoard) -> None:
    """Hold BOOT, press EN, wait for the boot loader to say that it is there."""
    before = board.console().count("waiting for download")
    board.press_reset(with_boot=True)
    _wait_until(lambda: board.console().count("waiting for download") > before)


def _wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


@contextmanager
def thonny_holds(port: str, folder: Path) -> Iterator[None]:
    """A program of that name has the port open for itself alone."""
    script = folder / "thonny"
    script.write_text(
        "import serial, sys\ns = serial.Serial(sys.argv[1], exclusive=True)\nprint()\ninput()"
    )
    with subprocess.Popen(
        [sys.executable, script, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        yield
        program.communicate(b"\n")


@contextmanager
def somebody_else(terminal: str) -> Iterator[None]:
    """Go on as a user who has no right to that terminal."""
    list(cards.catalogue())  # what this user may not read must have been read
    Path(terminal).chmod(0o600)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


# How the texts of tools and systems are read.


def flash_id(family: str, variant: str, size: str) -> str:
    """What esptool 5 says for `flash-id`, shortened."""
    return (
        f"esptool v5.6.0\nSerial port COM5:\nConnecting....\nDetecting chip type... {family}\n"
        f"Connected to {family} on COM5:\nChip type:          {variant} (revision v0.4)\n"
        "MAC:                24:0a:c4:00:00:01\n\nUploading stub flasher...\n"
        f"Manufacturer: c8\nDevice: 4016\nDetected flash size: {size}\n"
    )


@pytest.mark.parametrize(
    ("family", "variant", "size", "found"),
    [
        ("ESP32", "ESP32-D0WD-V3", "4MB", ("esp32", 4 << 20)),
        ("ESP32", "ESP32-U4WDH", "4MB", ("esp32", 4 << 20)),
        ("ESP32-S3", "ESP32-S3 (QFN56)", "16MB", ("esp32s3", 16 << 20)),
        ("ESP32-C3", "ESP32-C3 (QFN32)", "4MB", ("esp32c3", 4 << 20)),
        ("ESP32-S2", "ESP32-S2FNR2", "4MB", ("esp32s2", 4 << 20)),
        ("ESP32-C6", "ESP32-C6FH4 (QFN32)", "512KB", ("esp32c6", 512 << 10)),
        ("ESP8266", "ESP8266EX", "1MB", ("esp8266", 1 << 20)),
        ("ESP32", "ESP32-D0WD", "Unknown", ("esp32", 4 << 20)),
    ],
)
def test_chip_and_flash_are_read_from_what_esptool_says(
    family: str, variant: str, size: str, found: tuple[str, int]
) -> None:
    assert preflight.read_flash_id(flash_id(family, variant, size)) == found


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("Wrong boot mode detected (0x13)! The chip needs to be in download mode.", "boot-button"),
        ("Unexpected chip magic value 0x12345678. Failed to autodetect chip type.", "wrong-chip"),
        ("Failed to connect to ESP32: No serial data received.", "no-answer"),
        ("", "no-answer"),
    ],
)
def test_what_esptool_complains_of_finds_its_card(output: str, code: str, tmp_path: Path) -> None:
    assert diagnosis.esptool_failed(str(tmp_path), f"A fatal error occurred: {output}").code == code


@given(st.text())
def test_whatever_esptool_says_is_read_or_nothing(output: str) -> None:
    found = preflight.read_flash_id(output)
    assert found is None or found[0].startswith("esp")


def test_a_tools_last_words_hold_no_address() -> None:
    said = (
        "MAC: 24:0a:c4:00:00:01\n\nERROR: A fatal error occurred: Failed to connect to ESP32\nSee"
    )
    assert diagnosis.last_words(said) == "Failed to connect to ESP32"
    assert diagnosis.last_words("lost 24:0a:c4:00:00:01") == "lost …"


WINDOWS = "could not open port 'COM5': {}"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (serial.SerialException(errno.ENOENT, "No such file or directory"), "no-port"),
        (serial.SerialException(errno.ENXIO, "Device not configured"), "no-port"),
        (serial.SerialException(errno.EACCES, "Permission denied"), "permission"),
        (serial.SerialException(errno.EBUSY, "Device or resource busy"), "port-busy"),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port"), "port-busy"),
        (
            serial.SerialException(
                WINDOWS.format(
                    "FileNotFoundError(2, 'Le fichier spécifié est introuvable.', None, 2)"
                )
            ),
            "no-port",
        ),
        (
            serial.SerialException(WINDOWS.format("PermissionError(13, 'Accès refusé.', None, 5)")),
            "port-busy",
        ),
        (
            serial.SerialException(
                WINDOWS.format("OSError(22, 'Un périphérique ne fonctionne pas.', None, 31)")
            ),
            "driver",
        ),
        (
            serial.SerialException(
                WINDOWS.format("OSError(22, 'Le délai de temporisation a expiré.', None, 121)")
            ),
            "no-answer",
        ),
        (
            serial.SerialException("Could not configure port: (5, 'Input/output error')"),
            "no-answer",
        ),
    ],
)
def test_what_each_system_says_of_a_port_finds_its_card(
    error: serial.SerialException, code: str, tmp_path: Path
) -> None:
    assert diagnosis.cannot_open(str(tmp_path / "port"), error).code == code


START = (
    "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
    "configsip: 0, SPIWP:0xee\r\nmode:DIO, clock div:2\r\nentry 0x400805f0\r\n"
)
BROWNOUT = START + "\r\nBrownout detector was triggered\r\n\r\n"
BROWNOUT_RESET = START.replace("0x1 (POWERON_RESET)", "0xf (RTCWDT_BROWN_OUT_RESET)")
AWAKE = START.replace("0x1 (POWERON_RESET)", "0x5 (DEEPSLEEP_RESET)")
WAITING = (
    "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\n"
    "waiting for download\r\n"
)
LOOP = (
    "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x3 (SW_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
    "E (412) esp_image: Checksum failed. Calculated 0x55 read 0xff\r\n"
)
PANIC = (
    "Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
    "Rebooting...\r\nrst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
)
EMPTY = (
    "rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\ninvalid header: 0xffffffff\r\n"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", None),
        (START, None),
        (START * 2, None),  # a tool resets a board twice
        (LOOP * 3, "boot-loop"),
        (PANIC * 2, "boot-loop"),
        (PANIC, None),  # once is no loop
        (EMPTY * 5, None),
        (START + AWAKE * 5, "asleep"),
        (BROWNOUT * 2, "brownout"),
        (BROWNOUT_RESET * 2, "brownout"),
        (BROWNOUT + START, None),  # once: a cable that was plugged in slowly
        (START + WAITING, "boot-held"),
        (WAITING + START, None),  # a tool was there before
    ],
)
def test_a_boards_own_words_find_their_card(text: str, code: str | None) -> None:
    assert diagnosis.why_no_prompt(text) == code


def test_a_board_that_wakes_up_may_yet_be_caught() -> None:
    assert not diagnosis.is_clear(START + AWAKE * 5)


@given(st.text())
def test_whatever_a_board_says_is_no_obstacle(text: str) -> None:
    diagnosis.why_no_prompt(text)
    diagnosis.is_clear(text)
    diagnosis.last_words(text)
