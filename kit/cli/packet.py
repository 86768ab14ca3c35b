"""`fabnum enrol --packet`: objects of the list for a bench on a PC that does not run the site."""

import contextlib
from pathlib import Path

from gateway.office import Office
from kit.cli.networks import known_networks
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, load
from provisioning.bench import packet


def make_packet(folder: DataFolder, path: Path) -> None:
    """Enrol all objects that wait for boards, and put them into a packet.

    Raises FabnumError if none waits, no Wi-Fi is known, or the file cannot be written.
    """
    settings = load(folder)
    networks = known_networks(folder)
    if not networks:
        raise FabnumError(
            _("The bench does not know which Wi-Fi the boards shall use."),
            _("Start “fabnum bench” once on this PC: it asks, and remembers."),
        )
    with contextlib.closing(Office(settings, folder, networks)) as office:
        waiting = office.awaited()
        if not waiting:
            raise FabnumError(
                _("No object waits for a board."),
                _("Take in a list first: fabnum enrol --list objects.csv"),
            )
        packet.check_new(path)  # before any password is made
        parcels: list[packet.Parcel] = []
        for wish in waiting:
            identity = office.enrol(wish)
            label = office.label(identity.key)
            parcels.append(packet.Parcel(label, wish.build, identity.configuration))
            # At once: who is enrolled waits no more, and the password is nowhere else.
            packet.write(path, packet.Contents(packet.FORM, identity.authority_der, parcels))
    print(
        ngettext("{n} object is in {file}.", "{n} objects are in {file}.", len(parcels), file=path)
    )
    print(_("It holds passwords: carry it to the bench yourself, and delete it afterwards."))
