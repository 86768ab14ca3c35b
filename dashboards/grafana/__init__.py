"""Boards as Grafana's dashboards: from the values of ``dashboards.board`` to JSON.

The models and builders are those of Grafana's Foundation SDK, its schema is 42. How Grafana treats
InfluxQL was read in its own source, ``pkg/tsdb/influxdb``.
"""

import warnings

with warnings.catch_warnings():
    # The SDK would rather have the next schema, which Grafana 10 and 11 do not read.
    warnings.simplefilter("ignore", DeprecationWarning)
    import grafana_foundation_sdk.builders.dashboard  # noqa: F401 - it warns when first imported
