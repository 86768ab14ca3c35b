"""The board on a PC: ``board/`` is its hardware (MicroPython), ``host/`` keeps it (CPython)."""
