"""The boards: their firmware (MicroPython), and the twin that runs it on a PC."""
