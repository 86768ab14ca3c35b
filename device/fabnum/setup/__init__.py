"""Setup mode: the board's own Wi-Fi network, with a page to choose its Wi-Fi and its broker.

Nothing of it is in memory while it is closed: ``fabnum.online`` loads ``session`` when it is due,
and drops the whole package when it has ended. The page and its texts stand in files of their own.
"""

wanted = False
"""Somebody held the button at power-on (``fabnum.window`` says so): open it before anything else."""
