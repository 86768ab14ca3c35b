"""Connect, publish, receive: driven by lines on the standard input, answered by lines on the output.

The first line is a JSON object with the parameters of mqtt.Client ("ca": path of the authority in
DER) and "subscribe": topics. The other lines are commands: "publish TOPIC TEXT" (quality 1), "stop", "retry".
Answers: "state up|down REASON", "message TOPIC TEXT", "done TEXT", "refused TOPICS", "stopped".
"""

import asyncio
import json
import sys

from fabnum import broker, mqtt

settings = json.loads(sys.stdin.readline())
authority = settings.pop("ca", None)
topics = settings.pop("subscribe", [])
will = settings.pop("will", None)


def on_state(up, reason):
    print("state", "up" if up else "down", reason)
    if up and client.refused:
        print("refused", *client.refused)


def on_message(topic, payload, retained):
    print("message", topic, payload.decode(), "retained" if retained else "")


async def publish(topic, text):
    await client.publish(topic, text, qos=1)
    print("done", text)


async def main():
    for topic in topics:
        await client.subscribe(topic)
    client.start()
    tasks = []
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
