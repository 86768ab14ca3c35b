"""The chips that a board can have: what distinguishes them for tools and on their console.

Addresses and fields: Espressif's technical reference manuals (chapters eFuse and UART) and the
register lists of esptool. What reads as zero is not listed.
"""

from dataclasses import dataclass

BOOT_BUTTON = "boot"
"""The button BOOT among the parts of a board."""


@dataclass(frozen=True)
class Profile:
    """One kind of chip.

    ``chip_id``: its number in image headers. ``loader_offset``: where in the flash the boot loader
    lies. ``spi``: base address of the controller of the flash, and the offsets of its registers
    USR2 and W0. ``answers_chip_id``: whether its ROM knows the command GET_SECURITY_INFO, by which
    tools tell the newer chips. ``usb``: vendor, product and name of what is seen on USB; ``tty``:
    how Linux calls such a port. ``boot_pin``: GPIO of its button BOOT. ``uart_divider``: register
    of the clock divider of the serial line.
    """

    name: str
    chip_id: int
    loader_offset: int
    spi: tuple[int, int, int]
    answers_chip_id: bool
    machine: str
    usb: tuple[int, int, str]
    tty: str
    boot_pin: int
    uart_divider: int
    efuses: dict[int, int]
    mac_words: tuple[int, int]
    rom_banner: str
    resets: dict[str, str]
    normal_boot: str
    download_boot: str

    def registers(self, mac: bytes) -> dict[int, int]:
        """Return what the registers of a chip with that address hold, as far as tools read them."""
        low, high = self.mac_words
        return {
            **self.efuses,
            low: int.from_bytes(mac[2:], "big"),
            high: int.from_bytes(mac[:2], "big"),
        }


ESP32 = Profile(
    name="esp32",
    chip_id=0,
    loader_offset=0x1000,
    spi=(0x3FF42000, 0x24, 0x80),
    answers_chip_id=False,
    machine="Generic ESP32 module with ESP32",
    usb=(0x10C4, 0xEA60, "CP2102 USB to UART Bridge Controller"),
    tty="ttyUSB",
    boot_pin=0,
    uart_divider=0x3FF40014,
    efuses={
        0x40001000: 0x00F01D83,  # by this word of its ROM tools tell an ESP32
        0x3FF5A00C: 1 << 15 | 1 << 9,  # ESP32-D0WD-V3,
        0x3FF5A014: 1 << 20 | 1 << 24,  # revision
        0x3FF6607C: 1 << 31,  # v3.1
        0x3FF5A010: 160,  # the 8 MHz clock, and
        0x3FF5F06C: 640 << 7,  # its calibration: a crystal of 40 MHz
    },
    mac_words=(0x3FF5A004, 0x3FF5A008),
    rom_banner="ets Jul 29 2019 12:21:46\r\n\r\n",
    resets={
        "power": "0x1 (POWERON_RESET)",
        "reset": "0xc (SW_CPU_RESET)",
        "watchdog": "0xc (SW_CPU_RESET)",
        "sleep": "0x5 (DEEPSLEEP_RESET)",
        "rom": "0x10 (RTCWDT_RTC_RESET)",
        "brownout": "0xc (SW_CPU_RESET)",  # by ESP-IDF, after it has said why
        "loader": "0x3 (SW_RESET)",
    },
    normal_boot="boot:0x13 (SPI_FAST_FLASH_BOOT)",
    download_boot="boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))",
)

_NEWER_RESETS = {
    "power": "0x1 (POWERON)",
    "reset": "0xc (RTC_SW_CPU_RST)",
    "watchdog": "0xc (RTC_SW_CPU_RST)",
    "sleep": "0x5 (DSLEEP)",
    "rom": "0x7 (TG0WDT_SYS_RST)",
    "brownout": "0x3 (RTC_SW_SYS_RST)",
    "loader": "0x3 (RTC_SW_SYS_RST)",
}

ESP32S3 = Profile(
    name="esp32s3",
    chip_id=9,
    loader_offset=0,
    spi=(0x60002000, 0x20, 0x58),
    answers_chip_id=True,
    machine="Generic ESP32S3 module with ESP32S3",
    usb=(0x303A, 0x1001, "USB JTAG/serial debug unit"),
    tty="ttyACM",
    boot_pin=0,
    uart_divider=0x60000014,
    efuses={0x60007050: 2 << 18},  # revision v0.2
    mac_words=(0x60007044, 0x60007048),
    rom_banner="ESP-ROM:esp32s3-20210327\r\nBuild:Mar 27 2021\r\n",
    resets=_NEWER_RESETS,
    normal_boot="boot:0x8 (SPI_FAST_FLASH_BOOT)",
    download_boot="boot:0x0 (DOWNLOAD(USB/UART0))",
)

ESP32C3 = Profile(
    name="esp32c3",
    chip_id=5,
    loader_offset=0,
    spi=(0x60002000, 0x20, 0x58),
    answers_chip_id=True,
    machine="ESP32C3 module with ESP32C3",
    usb=(0x1A86, 0x7523, "USB Serial"),
    tty="ttyUSB",
    boot_pin=9,
    uart_divider=0x60000014,
    efuses={0x60008850: 4 << 18},  # revision v0.4
    mac_words=(0x60008844, 0x60008848),
    rom_banner="ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n",
    resets=_NEWER_RESETS,
    normal_boot="boot:0xc (SPI_FAST_FLASH_BOOT)",
    download_boot="boot:0x4 (DOWNLOAD(USB/UART0/1))",
)

PROFILES = {profile.name: profile for profile in (ESP32, ESP32S3, ESP32C3)}
"""All of them by name."""
