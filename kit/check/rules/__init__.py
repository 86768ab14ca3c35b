"""The rules: one concern a file. Each takes a program and what it is for, and yields findings."""
