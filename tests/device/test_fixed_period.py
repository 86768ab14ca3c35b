"""A program that says how often it measures, at most, is obeyed: nobody asks for finer counts."""

from typing import Any

import pytest
from fabnum.clock import Clock
from fabnum.program import Periodic, Program
from fabnum.runner import Runner


class Report:
    """Where the runner says what has changed."""

    period = 3600.0

    def set_period(self, seconds: float) -> None:
        self.period = seconds


def program(*fixed: bool) -> Program:
    made = Program()
    made.periodics += [Periodic(lambda: None, 3600, one) for one in fixed]
    return made


def runner(of: Program, report: Any) -> Runner:
    return Runner(of, report, Clock(), lambda name, data: None)


def test_a_fixed_period_cannot_be_changed_from_outside() -> None:
    report = Report()
    with pytest.raises(ValueError, match="rythme"):
        runner(program(True, True), report).set_period(60)
    assert report.period == 3600


@pytest.mark.parametrize("fixed", [(), (False,), (True, False)])
def test_any_other_period_can(fixed: tuple[bool, ...]) -> None:
    report = Report()
    runner(program(*fixed), report).set_period(60)
    assert report.period == 60
