"""``os``, with what of the chip's the PC's has not."""

from second_terminal import dupterm, dupterm_notify  # noqa: F401 - part of this module
from uos import *
