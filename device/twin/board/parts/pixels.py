"""A strip of WS2812: Worldsemi, WS2812B data sheet."""

from .model import Model


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Pixels(part["settings"]["count"])


class Pixels(Model):
    """It shows what came over the wire last. ``pixels``: one (red, green, blue) each, 0 to 255.

    ``frames`` counts what came; ``peak_ma`` is the largest current so far.
    """

    def __init__(self, count):
        super().__init__()
        self._count = count
        self.power_up()

    def power_up(self):
        """Be dark."""
        self.pixels = [(0, 0, 0)] * self._count
        self.frames = 0
        self.peak_ma = self.current_ma

    def bitstream(self, data):
        """Take the bits of a frame: green, red and blue of each pixel, as machine.bitstream()."""
        if not self.plugged:
            return
        # Bits that come after the last pixel leave the strip at its far end; pixels that got none
        # keep their colour.
        for i in range(min(self._count, len(data) // 3)):
            green, red, blue = data[3 * i : 3 * i + 3]
            self.pixels[i] = (red, green, blue)
        self.frames += 1
        self.peak_ma = max(self.peak_ma, self.current_ma)

    @property
    def current_ma(self):
        """The current drawn: 20 mA for each LED at full power, 1 mA for the chip of each pixel."""
        light_ma = sum(20 * value / 255 for pixel in self.pixels for value in pixel)
        return light_ma + self._count

    def __str__(self):
        """Return the light as a person would tell it: how many pixels are lit, and their mean.

        Where they differ, the colour of each that is lit stands behind a bar.
        """
        lit = [pixel for pixel in self.pixels if any(pixel)]
        if not lit:
            return "dark"
        mean = tuple([sum(pixel[i] for pixel in lit) // len(lit) for i in range(3)])
        told = f"{len(lit)}/{self._count} {_hex(mean)} {self.current_ma:.0f} mA"
        if len(set(lit)) > 1:
            told += " | " + " ".join([_hex(pixel) for pixel in lit])
        return told


def _hex(colour):
    return "#%02x%02x%02x" % colour
