"""Boards against a real store: what its answers mean, and whether each question gets one."""
