"""Boards as code: from the catalogue to Grafana and to the pages."""
