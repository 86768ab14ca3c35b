"""What a user would write first: aiomqtt and influxdb-client, one loop, some forty lines.

It is here to compare with. aiomqtt acknowledges a message before the loop has seen it, and the
client gathers points in memory: what was not written when the program ends is lost.
"""

import asyncio
import json
from multiprocessing.connection import Connection

import aiomqtt
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import WriteApi

from benchmarks.gateway import Stretch


def run(pipe: Connection, port: int, database_port: int, messages: int) -> None:
    """Take in ``messages``; send ``ready`` once subscribed, then the Usage."""
    asyncio.run(_run(pipe, port, database_port, messages))


async def _run(pipe: Connection, port: int, database_port: int, messages: int) -> None:
    stretch = Stretch()
    with InfluxDBClient(f"http://127.0.0.1:{database_port}", token="-", org="-") as database:
        writer = database.write_api()
        async with aiomqtt.Client("127.0.0.1", port, identifier="naive") as client:
            await client.subscribe("fabnum/1/+/+/telemetry", qos=1)
            pipe.send("ready")
            count = 0
            async for message in client.messages:
                stretch.begin_once()
                _write(writer, str(message.topic), bytes(message.payload))
                count += 1
                if count == messages:
                    break
        writer.close()
    pipe.send(stretch.end(messages))


def _write(writer: WriteApi, topic: str, payload: bytes) -> None:
    town, device = topic.split("/")[2:4]
    frame = json.loads(payload)
    points = [
        Point(channel).tag("device", device).field("value", float(value)).time(int(frame["t"]), "s")
        for channel, value in frame["values"].items()
    ]
    writer.write(bucket=f"fabnum_{town}", record=points)
