"""An ESP32 as the tools on a PC meet it: its serial port, its boot loader, the MicroPython in it.

Only the standard library is needed here: each board is a process of its own, and starts quickly.
"""
