"""`./fabnum benchmark [NAME]`: run one benchmark, or all; each ends in one JSON line of figures."""

import importlib
import sys
from pathlib import Path

NO_BENCHMARKS = {"run", "naive"}
"""Modules with a `main` that are none: this one, and what the others are compared with."""


def names() -> list[str]:
    """Return the names of all benchmarks, sorted."""
    return sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in NO_BENCHMARKS and "\ndef main(" in path.read_text(encoding="utf-8")
    )


def main(arguments: list[str]) -> int:
    """Run the benchmark that the first argument names with the others, or all without any."""
    known = names()
    if arguments and arguments[0] not in known:
        print(f"There is no benchmark “{arguments[0]}”. Take one of: {', '.join(known)}.")
        return 2
    for name in arguments[:1] or known:
        importlib.import_module(f"benchmarks.{name}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
