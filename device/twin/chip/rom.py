"""What happens in the chip from reset until a program runs: the ROM, then the second boot loader.

Its words are those of real chips, for people and programs tell by them what is wrong with a board.
"""

from dataclasses import dataclass

from device.twin.chip.flash import Flash
from device.twin.chip.image import Image, ImageError, Partition, read_image, read_partitions
from device.twin.chip.profiles import Profile

_FACTORY = 0x00
_FIRST_OTA = 0x10
_LOADER_ROOM = 0x7000
_ROM_ERRORS = {"checksum": "csum err:0x{found:02x}!=0x{expected:02x}\r\n"}
_NO_TABLE = (
    "E (57) flash_parts: partition table is wrong ({error.reason} 0x{error.found:x})\r\n"
    "E (64) boot: Failed to verify partition table\r\nE (69) boot: load partition table error!\r\n"
)
_ROM_SAYS = "invalid header: 0x{found:08x}\r\n"


@dataclass(frozen=True)
class Start:
    """What came of a reset: what was said, and the program, ``None`` if there is none to start.

    ``again``: why the chip then resets itself, a key of the profile's ``resets``. ``files``: the
    partition that MicroPython keeps its files in.
    """

    words: str
    program: Image | None = None
    files: Partition | None = None
    again: str = "rom"


def start(profile: Profile, flash: Flash, cause: str) -> Start:
    """Go from a reset with that cause to the program in the flash, as far as it goes."""
    said = f"{profile.rom_banner}rst:{profile.resets[cause]},{profile.normal_boot}\r\n"
    try:
        loader = read_image(
            flash.read, profile.loader_offset, _LOADER_ROOM, profile.chip_id, hashed=False
        )
    except ImageError as error:
        words = _ROM_ERRORS.get(error.reason, _ROM_SAYS)
        return Start(said + words.format(found=error.found, expected=error.expected))
    said += _loading(loader)
    try:
        partitions = read_partitions(flash.read)
    except ImageError as error:
        return Start(said + _NO_TABLE.format(error=error), again="loader")
    try:
        program = _read_program(profile, flash, partitions)
    except ImageError as error:
        return Start(said + _loader_says(error, profile), again="loader")
    files = next((p for p in partitions if p.name == "vfs"), None)
    return Start(said, program, files)


def wait_for_download(profile: Profile, cause: str) -> str:
    """Return what the ROM says when BOOT is held at a reset: it then waits for a tool."""
    return (
        f"{profile.rom_banner}rst:{profile.resets[cause]},{profile.download_boot}\r\n"
        "waiting for download\r\n"
    )


def _loading(loader: Image) -> str:
    said = "configsip: 0, SPIWP:0xee\r\nmode:DIO, clock div:2\r\n"
    for address, content in loader.segments:
        said += f"load:0x{address:08x},len:{len(content)}\r\n"
    return said + f"entry 0x{loader.entry:08x}\r\n"


def _read_program(profile: Profile, flash: Flash, partitions: list[Partition]) -> Image:
    # The data partition "otadata" is not looked at: after it was erased, factory or the first
    # starts, and the kit does not write it.
    for partition in partitions:
        if partition.is_program and partition.subkind in (_FACTORY, _FIRST_OTA):
            return read_image(
                flash.read, partition.address, partition.size, profile.chip_id, hashed=True
            )
    raise ImageError("none")


def _loader_says(error: ImageError, profile: Profile) -> str:
    said = {
        "magic": "E (59) esp_image: image at 0x10000 has invalid magic byte "
        "(nothing flashed here?)",
        "chip": f"E (59) boot_comm: mismatch chip ID, expected {profile.chip_id}, "
        f"found {error.found}",
        "segments": f"E (59) esp_image: invalid segment length 0x{error.found:x}",
        "checksum": f"E (412) esp_image: Checksum failed. Calculated 0x{error.expected:x} "
        f"read 0x{error.found:x}",
        "hash": "E (430) esp_image: Image hash failed - image is corrupt",
        "none": "E (60) flash_parts: partition table has no program",
    }[error.reason]
    return (
        f"{said}\r\nE (440) boot: Factory app partition is not bootable\r\n"
        "E (446) boot: No bootable app partitions in the partition table\r\n"
    )
