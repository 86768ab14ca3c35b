"""The gateway: broker, ingest, journal, InfluxDB writer, live state, pages."""
