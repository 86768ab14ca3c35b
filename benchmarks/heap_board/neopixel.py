"""A strip of pixels that only remembers."""


class NeoPixel:
    """Three bytes a pixel, as MicroPython's own."""

    def __init__(self, _pin, count):
        self.n = count
        self.buf = bytearray(3 * count)

    def __len__(self):
        return self.n

    def __setitem__(self, i, colour):
        self.buf[3 * i : 3 * i + 3] = bytes(colour)

    def write(self):
        """Show nothing."""
