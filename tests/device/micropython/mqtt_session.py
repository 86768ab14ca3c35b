"""A board's MQTT client, driven by lines on the standard input.

The first line is a JSON object: the parameters of mqtt.Client, besides "ca" (path of the authority
in DER), "subscribe" (topics) and "hurry" (do not wait between attempts). The others are commands:
"publish TOPIC TEXT" (quality 1), "retry", "stop". It prints "state up|down REASON",
"refused TOPICS", "message TOPIC TEXT", "done TEXT" and "stopped".
"""

import asyncio
import json
import sys

from fabnum import broker, mqtt

settings = json.loads(sys.stdin.readline())
authority = settings.pop("ca", None)
topics = settings.pop("subscribe", [])
will = settings.pop("will", None)
in_a_hurry = settings.pop("hurry", False)


def on_state(up, reason):
    print("state", "up" if up else "down", reason)
    if up and client.refused:
        print("refused", *client.refused)


def on_message(topic, payload, retained):
    if payload == b"bomb":
        raise RuntimeError("the application cannot bear it")
    try:
        text = payload.decode()
    except UnicodeError:
        text = repr(payload)
    print("message", topic, text, "retained" if retained else "")


async def publish(topic, text):
    await client.publish(topic, text, qos=1)
    print("done", text)


async def hurry():
    while True:
        if not client.up:
            client.retry()
        await asyncio.sleep_ms(20)


async def main():
    for topic in topics:
        await client.subscribe(topic)
    client.start()
    tasks = [asyncio.create_task(hurry())] if in_a_hurry else []
    commands = asyncio.StreamReader(sys.stdin)
    while True:
        words = (await commands.readline()).decode().split()
        if not words or words[0] == "stop":
            break
        if words[0] == "retry":
            client.retry()
        elif words[0] == "publish":
            tasks.append(asyncio.create_task(publish(words[1], words[2])))
    await client.stop()
    print("stopped")


if authority:
    with open(authority, "rb") as file:
        settings["ssl"] = broker.tls_context(file.read())
if will:
    settings["will"] = (will[0], will[1].encode(), will[2], will[3])
client = mqtt.Client(on_message=on_message, on_state=on_state, **settings)
asyncio.run(main())
