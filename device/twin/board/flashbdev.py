"""The module ``flashbdev`` of the ESP32 port: where the files lie, as a block device."""


class FlashBdev:
    """Stands for the module: ``bdev`` is what is mounted at ``/``."""

    def __init__(self, bdev):
        self.bdev = bdev
