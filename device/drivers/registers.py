"""Parts with numbered registers on I2C: how their registers are read and written.

Such parts send no checksum. What must be right is read twice: two equal answers are taken for what
the part has sent.
"""

from drivers.errors import SensorChecksum, SensorMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import I2C


class Registers:
    """The registers of one part. ``address`` may be changed, for parts that have several."""

    def __init__(self, part: str, i2c: "I2C", address: int) -> None:
        self.part = part
        self.address = address
        self._i2c = i2c

    def write(self, register: int, value: bytes) -> None:
        """Write from that register on. Raises SensorMissing if nobody takes it."""
        try:
            self._i2c.writeto_mem(self.address, register, value)
        except OSError:
            raise SensorMissing(self.part) from None

    def read(self, register: int, count: int) -> bytes:
        """Return ``count`` bytes from that register on. Raises SensorMissing if nobody answers."""
        try:
            return self._i2c.readfrom_mem(self.address, register, count)
        except OSError:
            raise SensorMissing(self.part) from None

    def read_twice(self, register: int, count: int) -> bytes:
        """Return what two reads agree on, for values that hold still. Raises SensorChecksum."""
        answer = self.read(register, count)
        if self.read(register, count) != answer:
            raise SensorChecksum(self.part)
        return answer
