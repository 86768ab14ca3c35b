"""``os.dupterm``: a second terminal. Of what is typed there, Ctrl-C is heard, as on the chip."""

import uos as os

_CTRL_C = 3
_INTERRUPT = "(sleep 0.05; kill -INT $PPID) &"
"""The shell lets this process hear no SIGINT before it has ended itself."""

_stream = None


def dupterm(stream, index=0):
    """Take another terminal, or none; return the one before."""
    global _stream
    before, _stream = _stream, stream
    return before


def dupterm_notify(_):
    """Read what was typed there."""
    typed = bytearray(1)
    while _stream is not None and _stream.readinto(typed):
        if typed[0] == _CTRL_C:
            os.system(_INTERRUPT)
            return
