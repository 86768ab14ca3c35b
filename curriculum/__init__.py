"""Modules, each a build and a workshop for residents, and their renderers."""
