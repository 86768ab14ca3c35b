"""The InfluxDB sink: frames of the journal become points in one database per town."""

from gateway.influx.status import WriterStatus
from gateway.influx.writer import InfluxWriter, Journal

__all__ = ["InfluxWriter", "Journal", "WriterStatus"]
