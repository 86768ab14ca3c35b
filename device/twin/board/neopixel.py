"""MicroPython's ``neopixel``: colours of a strip of WS2812, written at once."""

from machine import bitstream


class NeoPixel:
    """``count`` pixels on a pin; tuples of red, green and blue (and white where ``bpp`` is 4)."""

    ORDER = (1, 0, 2, 3)

    def __init__(self, pin, n, bpp=3, timing=1):
        self.pin = pin
        self.n = n
        self.bpp = bpp
        self.buf = bytearray(n * bpp)
        self.timing = (400, 850, 800, 450) if timing else (800, 1700, 1600, 900)
        pin.init(pin.OUT)

    def __len__(self):
        return self.n

    def __setitem__(self, index, colour):
        start = index * self.bpp
        for channel in range(self.bpp):
            self.buf[start + self.ORDER[channel]] = colour[channel]

    def __getitem__(self, index):
        start = index * self.bpp
        return tuple(self.buf[start + self.ORDER[channel]] for channel in range(self.bpp))

    def fill(self, colour):
        """Give every pixel the same colour."""
        for index in range(self.n):
            self[index] = colour

    def write(self):
        """Show it."""
        bitstream(self.pin, 0, self.timing, self.buf)
