"""A board whose memory is full says so, and does not blame a good certificate."""

from collections.abc import Callable

import pytest

UNTRUSTED = "The certificate is not correctly signed by the trusted CA"
"""What mbedTLS says of a certificate that is not trusted; also where it ran out of memory."""

PROGRAM = """
import sys

class Chip:
    HEAP_DATA = 4

    def idf_heap_info(_capabilities):
        return [(16_000, 4_000, 3_000, 0), (113_000, {free} - 4_000, 20_000, 0)]

if {free}:
    sys.modules["esp32"] = Chip
from fabnum import broker
print(broker.reason_of(ValueError("{untrusted}"), False))
"""


@pytest.mark.parametrize(
    ("free", "reason"),
    [
        pytest.param(37_800, "tls", id="chip-with-room"),
        pytest.param(28_000, "memory", id="full-chip"),
        pytest.param(0, "tls", id="computer"),
    ],
)
def test_a_refused_certificate_is_told_from_a_full_memory(
    free: int, reason: str, run_micropython: Callable[..., str]
) -> None:
    program = PROGRAM.format(free=free, untrusted=UNTRUSTED)
    assert run_micropython(program).strip() == reason
