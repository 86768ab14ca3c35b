"""Detect, flash, install, enrol, test and label a board."""
