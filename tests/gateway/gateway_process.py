"""The way in as a process of its own, for tests that kill it: link, ingest and journal.

python -m tests.gateway.gateway_process DATA_FOLDER PORT
"""

import asyncio
import signal
import sys
from pathlib import Path

import uvloop

from gateway.broker.authority import Authority
from gateway.broker.credentials import gateway_login
from gateway.ingest import Ingest
from gateway.journal import Journal
from gateway.mqtt import BrokerLink, Endpoint, tls_context
from gateway.registry import Registry
from kit.settings import DataFolder


async def main(folder: DataFolder, port: int) -> None:
    registry = Registry(folder.registry)
    journal = Journal(folder.journal)
    ingest = Ingest(registry, journal)
    login = gateway_login(folder)
    context = tls_context(Authority(folder).authority_certificate)
    there = Endpoint("127.0.0.1", port, login.user, login.password, context, login.client_id)
    link = asyncio.create_task(BrokerLink(there, ingest.take).run())
    watch = asyncio.create_task(ingest.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, link.cancel)
    await asyncio.gather(link, return_exceptions=True)
    watch.cancel()
    journal.close()
    registry.close()


if __name__ == "__main__":
    uvloop.run(main(DataFolder(Path(sys.argv[1])), int(sys.argv[2])))
