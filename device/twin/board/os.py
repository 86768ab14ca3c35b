"""``os``, with what of the chip's the PC's has not."""

from uos import *
