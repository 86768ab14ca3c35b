"""The guard finds a timer on every MicroPython that the kit allows."""

from collections.abc import Callable

import pytest

# ports/esp32/machine_timer.c: 1.24 takes any number, 1.25 to 1.28 refuse -1, 1.29 has virtual ones.
GUARD = """
import sys

class Timer:
    PERIODIC = 1
    running = []

    def __init__(self, number):
        if number not in {allowed}:
            raise ValueError("invalid Timer number")
        self.number = number

    def init(self, mode, period, callback):
        self.running.append(self.number)

    def deinit(self):
        self.running.remove(self.number)

class machine:
    pass

machine.Timer = Timer
sys.modules["machine"] = machine
from fabnum import guard

guard.start()
guard.start()
print(Timer.running)
guard.stop()
guard.stop()
print(Timer.running)
"""


@pytest.mark.parametrize(
    ("allowed", "taken"), [((-1, 0, 1, 2, 3), -1), ((0, 1, 2, 3), 1), ((0, 1), 1)]
)
def test_it_takes_one_without_a_number_else_timer_1(
    run_micropython: Callable[..., str], allowed: tuple[int, ...], taken: int
) -> None:
    source = GUARD.replace("{allowed}", str(allowed))
    assert run_micropython(source) == f"[{taken}]\n[]\n"
