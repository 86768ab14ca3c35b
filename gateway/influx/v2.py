"""InfluxDB's second API, ``/api/v2/write``, through influxdb-client (1.8, 2.x and 3.x).

The client's own batching and retrying write API keeps points in memory and drops them after three
minutes; its serialiser makes one object a point. The journal is our buffer and our lines are
ready, so only its request layer is used, with our own compression (its own is gzip level 9).
"""

import urllib3
from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService

from gateway.influx import server, v1


class Version2:
    """Writes through ``/api/v2/write`` with a token."""

    def __init__(self, url: str, token: str, organisation: str) -> None:
        self._url = url
        self._organisation = organisation
        self._client = InfluxDBClient(
            url=url,
            token=token,
            org=organisation,
            timeout=(round(v1.CONNECT_TIMEOUT_S * 1000), round(v1.ANSWER_TIMEOUT_S * 1000)),
        )
        self._writes = WriteService(self._client.api_client)

    def write(self, database: str, lines: bytes) -> None:
        """Store ``lines``; see :class:`gateway.influx.server.Server`."""
        try:
            self._writes.post_write(
                org=self._organisation,
                bucket=database,
                body=v1.compress(lines),
                precision=WritePrecision.US,
                content_encoding="gzip",
            )
        except ApiException as error:
            body = (error.body or "").encode()
            server.raise_for(self._url, database, error.status or 0, error.headers or {}, body)
        except urllib3.exceptions.HTTPError as error:
            raise server.silent(self._url) from error

    def create(self, database: str) -> None:
        """Make a bucket without expiry, which the token must allow."""
        try:
            self._client.buckets_api().create_bucket(bucket_name=database, org=self._organisation)
        except InfluxDBError as error:
            raise server.not_created(self._url, database, error.message) from error
        except urllib3.exceptions.HTTPError as error:
            raise server.silent(self._url) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
