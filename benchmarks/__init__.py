"""Figures, not tests: each module is one benchmark, run as ``python -m benchmarks.NAME``.

Nothing here asserts a time. Every run prints the machine it ran on, a small table for people, and
one last line of JSON so that two runs can be compared by a program.
"""
