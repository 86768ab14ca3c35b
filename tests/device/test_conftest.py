"""The helper that runs MicroPython tells success from failure."""

from collections.abc import Callable

import pytest


def test_what_a_script_prints_is_returned(run_micropython: Callable[..., str]) -> None:
    source = "import sys; print(sys.implementation.name, *sys.argv[1:])"
    assert run_micropython(source).split() == ["micropython"]


def test_a_script_that_raises_fails_the_test_with_its_output(
    run_micropython: Callable[..., str],
) -> None:
    with pytest.raises(pytest.fail.Exception, match="ZeroDivisionError"):
        run_micropython("1 / 0")


def test_a_script_that_hangs_fails_the_test(run_micropython: Callable[..., str]) -> None:
    with pytest.raises(pytest.fail.Exception, match="before it hung"):
        run_micropython("print('before it hung')\nwhile True: pass", timeout=0.5)


def test_the_heap_is_as_small_as_asked(run_micropython: Callable[..., str]) -> None:
    with pytest.raises(pytest.fail.Exception, match="MemoryError"):
        run_micropython("bytearray(100_000)", heap="64k")
