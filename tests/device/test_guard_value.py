"""A handler gets its value if it takes one; a mistake inside it is told as it is."""

from collections.abc import Callable

SCRIPT = """
import sys
from fabnum.guard import with_value

class Lamp:
    def toggle(self):
        return "toggled"

def plain():
    return "plain"

def taking(value):
    return "taking %d" % value

calls = []

def helper(text):
    return text

def wrong(value=0):
    calls.append(value)
    return helper()

def wrong_without():
    return helper()

for function in (plain, taking, Lamp().toggle, lambda: "lambda", lambda value: value, [].clear):
    print(with_value(function, 7))
for function in (wrong, wrong_without):
    try:
        with_value(function, 7)
    except TypeError as error:
        print(error)
print(calls)
"""


def test_a_value_is_given_to_what_takes_one_and_mistakes_inside_are_told(
    run_micropython: Callable[..., str],
) -> None:
    assert run_micropython(SCRIPT).splitlines() == [
        "plain",
        "taking 7",
        "toggled",
        "lambda",
        "7",
        "None",
        "helper() takes 1 positional arguments but 0 were given",
        "helper() takes 1 positional arguments but 0 were given",
        "[7]",
    ]
