"""How much of the board's memory a program may have."""

from kit.i18n import current

FREE_BYTES = 20_000
"""What is left for a learner's program beside the firmware, with TLS: tests/device/test_heap.py."""


def grouped(number: int) -> str:
    """Return a number of bytes as people write it: 20 000 in French, 20,000 in English."""
    return f"{number:,}".replace(",", "," if current() == "en" else "\u202f")
