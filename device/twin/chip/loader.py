"""The serial boot loader of the chip: the one in its ROM, and the stub that tools load into it.

Protocol: Espressif, "Serial Protocol" (esptool documentation, advanced topics). A stub is taken and
not run: from then on its commands are known. Flash is written without the chip's own delays.
"""

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

from device.twin.chip import slip
from device.twin.chip.checksum import checksum
from device.twin.chip.flash import SECTOR, Flash
from device.twin.chip.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

SYNC = b"\xc0\x00\x08\x24\x00"
"""What a tool sends first. A serial port without control lines has no other sign of its wish."""

_UNKNOWN_COMMAND = 0x05
_FAILED = 0x06
_BAD_CHECKSUM = 0x07

_ROM_GREETING = 0x20120707
_CRYSTAL_HZ = 40_000_000
_READ_ID = 0x9F
_USER_COMMAND = 1 << 18
_MAKER = 0x40EF  # Winbond, SPI NOR

_FIRST_STUB_COMMAND = 0xD0
_WITH_CHECKSUM = (0x03, 0x07, 0x11)  # FLASH_DATA, MEM_DATA, FLASH_DEFL_DATA


class Loader:
    """The boot loader of one chip, fed with what comes over the line.

    ``dies_at``: with a share of a flash, e.g. 0.5, it falls silent when that much was written.
    ``baud``: the rate of the line; from that and the divider tools reckon the frequency of the
    crystal.
    """

    def __init__(self, profile: Profile, mac: bytes, flash: Flash) -> None:
        self._profile = profile
        self._flash = flash
        self._registers = profile.registers(mac)
        self.dies_at: float | None = None
        self.baud = 115_200
        self._commands: dict[int, Callable[[int, bytes], bytes]] = {
            0x02: self._begin,
            0x03: self._write,
            0x04: self._done,
            0x05: self._done,  # MEM_BEGIN, MEM_DATA: a stub comes
            0x06: self._start_stub,
            0x07: self._done,
            0x08: self._sync,
            0x09: self._write_registers,
            0x0A: self._read_register,
            0x0B: self._done,  # SPI_SET_PARAMS
            0x0D: self._done,  # SPI_ATTACH
            0x0E: self._read_slowly,
            0x0F: self._done,  # CHANGE_BAUDRATE: the line has what rate the host sets
            0x10: self._begin,
            0x11: self._write_compressed,
            0x12: self._done,
            0x13: self._md5,
            0xD0: self._erase_all,
            0xD1: self._erase_region,
            0xD2: self._read,
        }
        if profile.answers_chip_id:
            self._commands[0x14] = self._security_info
        self.reset()

    def reset(self) -> None:
        """Be the ROM again."""
        self._frames = slip.Reader()
        self._stub = False
        self._dead = False
        self._address = 0
        self._announced = 0
        self._written = 0
        self._inflate = zlib.decompressobj()
        self._reading: tuple[int, int, int] | None = None
        self._sent = 0

    def feed(self, data: bytes) -> bytes:
        """Take what came over the line; return the answer. Raises PowerCutError."""
        return b"".join(self._answer(packet) for packet in self._frames.feed(data))

    def _answer(self, packet: bytes) -> bytes:
        if self._reading is not None and len(packet) == 4:
            return self._read_on(*struct.unpack("<I", packet))
        if self._dead or len(packet) < 8 or packet[0] != 0:
            return b""
        command, length, announced = struct.unpack_from("<xBHI", packet)
        data = packet[8 : 8 + length]
        if command in _WITH_CHECKSUM and checksum(data[16:]) != announced & 0xFF:
            return self._reply(command, error=_BAD_CHECKSUM)
        handle = self._commands.get(command)
        if handle is None or (command >= _FIRST_STUB_COMMAND and not self._stub):
            return self._reply(command, error=_UNKNOWN_COMMAND)
        try:
            return handle(command, data)
        except (struct.error, zlib.error):
            return self._reply(command, error=_FAILED)

    def _reply(self, command: int, data: bytes = b"", value: int = 0, error: int = 0) -> bytes:
        status = bytes((int(bool(error)), error))
        if not self._stub:
            status += b"\0\0"
        head = struct.pack("<BBHI", 1, command, len(data) + len(status), value)
        return slip.frame(head + data + status)

    def _done(self, command: int, _: bytes) -> bytes:
        return self._reply(command)

    def _sync(self, command: int, _: bytes) -> bytes:
        return self._reply(command, value=0 if self._stub else _ROM_GREETING) * 8

    def _start_stub(self, command: int, data: bytes) -> bytes:
        reply = self._reply(command)
        _, entry = struct.unpack_from("<II", data)
        if entry:
            self._stub = True
            reply += slip.frame(b"OHAI")
        return reply

    # Registers: how tools tell the chip, its revision, its address and its flash.

    def _read_register(self, command: int, data: bytes) -> bytes:
        (address,) = struct.unpack_from("<I", data)
        if address == self._profile.uart_divider:
            return self._reply(command, value=_CRYSTAL_HZ // self.baud)
        return self._reply(command, value=self._registers.get(address, 0))

    def _write_registers(self, command: int, data: bytes) -> bytes:
        for address, value, mask, _ in struct.iter_unpack("<4I", data):
            kept = self._registers.get(address, 0) & ~mask
            self._registers[address] = value & mask | kept
            base, _, _ = self._profile.spi
            if address == base and value & _USER_COMMAND:
                self._run_flash_command()
        return self._reply(command)

    def _run_flash_command(self) -> None:
        base, usr2, w0 = self._profile.spi
        if self._registers.get(base + usr2, 0) & 0xFF == _READ_ID:
            capacity = self._flash.size.bit_length() - 1
            self._registers[base + w0] = capacity << 16 | _MAKER
        else:
            self._registers[base + w0] = 0
        self._registers[base] = 0

    def _security_info(self, command: int, _: bytes) -> bytes:
        nothing_secret = struct.pack("<IB7x", 0, 0)
        return self._reply(command, nothing_secret + struct.pack("<II", self._profile.chip_id, 0))

    # Writing.

    def _begin(self, command: int, data: bytes) -> bytes:
        size, _, _, address = struct.unpack_from("<4I", data)
        if address % SECTOR or address + size > self._flash.size:
            return self._reply(command, error=_FAILED)
        self._flash.erase(address, size)
        self._address = address
        self._announced = size
        self._written = 0
        self._inflate = zlib.decompressobj()
        return self._reply(command)

    def _write(self, command: int, data: bytes) -> bytes:
        (length,) = struct.unpack_from("<I", data)
        return self._put(command, data[16 : 16 + length])

    def _write_compressed(self, command: int, data: bytes) -> bytes:
        (length,) = struct.unpack_from("<I", data)
        return self._put(command, self._inflate.decompress(data[16 : 16 + length]))

    def _put(self, command: int, content: bytes) -> bytes:
        self._flash.program(self._address, content)
        self._address += len(content)
        self._written += len(content)
        if self.dies_at is not None and self._written >= self.dies_at * self._announced:
            self._dead = True
            return b""
        return self._reply(command)

    def _erase_all(self, command: int, _: bytes) -> bytes:
        self._flash.erase(0, self._flash.size)
        return self._reply(command)

    def _erase_region(self, command: int, data: bytes) -> bytes:
        self._flash.erase(*struct.unpack_from("<II", data))
        return self._reply(command)

    # Reading.

    def _md5(self, command: int, data: bytes) -> bytes:
        digest = _hash(self._flash.read(*struct.unpack_from("<II", data)))
        return self._reply(command, digest.digest() if self._stub else digest.hexdigest().encode())

    def _read_slowly(self, command: int, data: bytes) -> bytes:
        (address,) = struct.unpack_from("<I", data)
        return self._reply(command, self._flash.read(address, 64).ljust(64, b"\xff"))

    def _read(self, command: int, data: bytes) -> bytes:
        address, size, block = struct.unpack_from("<3I", data)
        self._reading = (address, size, block)
        self._sent = 0
        return self._reply(command) + self._next_block()

    def _next_block(self) -> bytes:
        assert self._reading is not None
        address, size, block = self._reading
        content = self._flash.read(address + self._sent, min(block, size - self._sent))
        self._sent += len(content)
        return slip.frame(content)

    def _read_on(self, received: int) -> bytes:
        assert self._reading is not None
        address, size, _ = self._reading
        if received < size:
            return self._next_block()
        self._reading = None
        return slip.frame(_hash(self._flash.read(address, size)).digest())


def _hash(content: bytes) -> "hashlib._Hash":
    return hashlib.md5(content, usedforsecurity=False)
