"""The USB serial adapters of ESP32 boards, by the ids they give themselves.

Vendor ids: usb.org. Product ids: the makers' drivers (Linux ``drivers/usb/serial/cp210x.c``,
``ch341.c``, ``ftdi_sio_ids.h``; WCH's CH343SER), Espressif's list ``espressif/usb-pids``.
"""

ESPRESSIF = 0x303A
"""Boards whose chip is its own USB device (S3, C3): the port goes away while the chip sleeps."""

_SILICON_LABS = 0x10C4
_WCH = 0x1A86
_FTDI = 0x0403

_WORDS = {
    (_SILICON_LABS, 0xEA60): "CP2102 (Silicon Labs)",
    (_SILICON_LABS, 0xEA63): "CP210x (Silicon Labs)",
    (_SILICON_LABS, 0xEA70): "CP2105 (Silicon Labs)",
    (_SILICON_LABS, 0xEA71): "CP2108 (Silicon Labs)",
    (_WCH, 0x7522): "CH340K (WCH)",
    (_WCH, 0x7523): "CH340 (WCH)",
    (_WCH, 0x5523): "CH341 (WCH)",
    (_WCH, 0x55D2): "CH342 (WCH)",
    (_WCH, 0x55D3): "CH343 (WCH)",
    (_WCH, 0x55D4): "CH9102 (WCH)",
    (_FTDI, 0x6001): "FT232R (FTDI)",
    (_FTDI, 0x6010): "FT2232 (FTDI)",
    (_FTDI, 0x6011): "FT4232 (FTDI)",
    (_FTDI, 0x6014): "FT232H (FTDI)",
    (_FTDI, 0x6015): "FT231X (FTDI)",
}


def words(vid: int | None, pid: int | None) -> str | None:
    """Return what an adapter is called, or ``None`` if no board for this kit has such a one."""
    if vid is None or pid is None:
        return None
    if vid == ESPRESSIF:
        return "USB (Espressif)"
    return _WORDS.get((vid, pid))
