"""Boards as Grafana's dashboards: from the values of ``dashboards.board`` to JSON.

The models and builders are those of Grafana's Foundation SDK (schema version 42, Grafana 12 and
later read it). How Grafana treats InfluxQL was read in its own source, ``pkg/tsdb/influxdb``.
"""
