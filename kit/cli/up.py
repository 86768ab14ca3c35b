"""`fabnum up`: the service, until it is told to stop."""

import asyncio
import getpass
import signal
import sys
from pathlib import Path

from gateway import logs
from gateway.boards.password import SECRET, USER
from gateway.service import Service
from kit import i18n
from kit.cli import loop
from kit.cli.badge_definitions import definitions
from kit.cli.booklets import kept_fresh
from kit.i18n import _
from kit.settings import DataFolder, Settings, load

UNIT = """\
# Fab'Num gateway. Put this into /etc/systemd/system/fabnum.service, then:
#   systemctl daemon-reload && systemctl enable --now fabnum
[Unit]
Description=Fab'Num gateway
After=network-online.target
Wants=network-online.target

[Service]
User={user}
ExecStart="{program}" up --data "{data}"
Restart=on-failure
RestartSec=5
TimeoutStopSec=60
LimitNOFILE=65536
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
"""


def print_unit(folder: DataFolder) -> None:
    """Print a systemd unit that runs this service as the present user."""
    program = Path(sys.argv[0]).resolve()
    print(UNIT.format(user=getpass.getuser(), program=program, data=folder.root.resolve()), end="")


def run_service(folder: DataFolder) -> None:
    """Run the gateway until SIGTERM or Ctrl-C."""
    settings = load(folder)
    logs.configure(folder.secrets)
    i18n.use(settings.site.languages[0])
    loop.run(_serve(settings, folder))


async def _serve(settings: Settings, folder: DataFolder) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service(settings, folder, definitions(folder))
    await service.start()
    print(_("The pages: {url}   Ctrl-C ends the service.", url=service.url), file=sys.stderr)
    print(
        _(
            "The boards: {url}   For those of the fabmanagers the user is “{user}”; the password"
            " stands in {file}.",
            url=f"{service.url}b/",
            user=USER,
            file=folder.secrets / SECRET,
        ),
        file=sys.stderr,
    )
    try:
        async with kept_fresh(folder):
            await service.run_until(stop)
    finally:
        await service.stop()
