"""The I2S controller of the chip, as far as microphones need it: ports/esp32/machine_i2s.c.

It receives the left channel of frames of 64 bits. What nobody fetches in time is overwritten by
what comes after it.
"""

import errno
from array import array

import utime
import wiring
import world

_FRAME_BYTES = 8
_BUFFER_FRAMES = 256


class I2S:
    """One controller, receiving. ``ibuf``: the bytes of its own buffers, in frames of 8."""

    RX = 9
    TX = 5
    MONO = 0
    STEREO = 1

    def __init__(self, id, *, sck, ws, sd, mck=None, mode, bits, format, rate, ibuf):
        if id not in (0, 1):
            raise ValueError("invalid id")
        if mode != self.RX:
            raise ValueError("invalid mode")
        if bits not in (16, 32):
            raise ValueError("invalid bits")
        if ibuf < 2 * _BUFFER_FRAMES * _FRAME_BYTES:
            raise OSError(errno.EINVAL)  # fewer than two buffers
        self._pins = {"sck": sck.id, "ws": ws.id, "sd": sd.id}
        self._bits = bits
        self._rate = rate
        self._kept = ibuf // _FRAME_BYTES
        self._waiting = 0
        self._counted_at = utime.ticks_us()

    def readinto(self, buffer):
        """Fill the buffer, waiting until there is enough; return the bytes."""
        samples = buffer if isinstance(buffer, array) else array("i", bytes(buffer))
        count = len(samples)
        self._count()
        while self._waiting < count:
            world.wait_ms(max(1, (count - self._waiting) * 1000 // self._rate))
            self._count()
        self._waiting -= count
        wiring.listen(self._pins, samples, self._rate)
        if samples is not buffer:
            buffer[:] = bytes(samples)
        return 4 * count

    def deinit(self):
        """Stop."""

    @staticmethod
    def shift(*, buf, bits, shift):
        """Shift each sample of a buffer, to the right if ``shift`` is negative."""
        samples = buf if isinstance(buf, array) else array("hi"[bits // 32], bytes(buf))
        for i in range(len(samples)):
            samples[i] = samples[i] << shift if shift >= 0 else samples[i] >> -shift
        if samples is not buf:
            buf[:] = bytes(samples)

    def _count(self):
        """Count what has come meanwhile."""
        now = utime.ticks_us()
        come = utime.ticks_diff(now, self._counted_at) * self._rate // 1_000_000
        self._counted_at = utime.ticks_add(self._counted_at, come * 1_000_000 // self._rate)
        self._waiting = min(self._kept, self._waiting + come)
