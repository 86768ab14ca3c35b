"""All rules, in the order in which they look at a program."""

from collections.abc import Callable, Iterator

from kit.check.finding import Finding
from kit.check.program import Program
from kit.check.rules import (
    arguments,
    attributes,
    awaiting,
    blocking,
    calls,
    channels,
    decimals,
    decorators,
    files,
    imports,
    memory,
    names,
    parts,
    pins,
    recursion,
    running,
    sleeping,
)
from kit.check.target import Target

Rule = Callable[[Program, Target], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    names.check,
    imports.check,
    attributes.check,
    arguments.check,
    decorators.check,
    calls.check,
    parts.check,
    channels.check,
    decimals.check,
    running.check,
    awaiting.check,
    blocking.check,
    sleeping.check,
    recursion.check,
    memory.check,
    pins.check,
    files.check,
)
