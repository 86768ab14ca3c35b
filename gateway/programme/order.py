"""An order: what a service, an association or a firm of the town asks the fablab for."""

import datetime as dt
import tomllib
from pathlib import Path

import msgspec

from kit.catalogue import builds, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug, slug
from kit.toml_text import listed, quoted

LONGEST = 500


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order, as its file says it.

    ``client``: a service, an association or a firm, never a person. ``acceptance``: what both look
    at together before it is handed over. ``objects``: those that fulfil it; where none is named,
    all of that build at that place. ``accepted``: the day on which the client was content.
    """

    title: str
    need: str
    client: str
    town: str
    place: str
    build: str
    ordered: dt.date
    due: dt.date
    acceptance: tuple[str, ...]
    count: int = 1
    objects: tuple[str, ...] = ()
    accepted: dt.date | None = None

    @property
    def place_slug(self) -> str:
        """The place as readings are tagged with it."""
        return slug(self.place)


def read_all(folder: Path) -> dict[str, Order]:
    """Return the orders of a site by the name of their file. Raises FabnumError for a bad one."""
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return {path.stem: read(path) for path in files}


def read(path: Path) -> Order:
    """Return one order. Raises FabnumError with the file and the reason if it cannot be used."""
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        order = msgspec.convert(lines, Order)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _mistake(path, str(error)) from None
    reason = _impossible(order)
    if reason:
        raise _mistake(path, reason)
    return order


def text_of(order: Order) -> str:
    """Return an order as the text of its file (TOML 1.0)."""
    lines = [
        f"title = {quoted(order.title)}",
        f"client = {quoted(order.client)}",
        f"need = {quoted(order.need)}",
        f"town = {quoted(order.town)}",
        f"place = {quoted(order.place)}",
        f"build = {quoted(order.build)}",
        f"count = {order.count}",
        f"ordered = {order.ordered.isoformat()}",
        f"due = {order.due.isoformat()}",
        "acceptance = [",
        *(f"    {quoted(line)}," for line in order.acceptance),
        "]",
    ]
    if order.objects:
        lines.append(f"objects = {listed(order.objects)}")
    if order.accepted:
        lines.append(f"accepted = {order.accepted.isoformat()}")
    return "\n".join(lines) + "\n"


def _impossible(order: Order) -> str:
    """Return why an order cannot be so, or nothing."""
    texts = (order.title, order.need, order.client, *order.acceptance)
    reasons = {
        _("there is no build “{build}”", build=order.build): order.build not in builds(),
        _("“{town}” cannot be a town’s id", town=order.town): not is_slug(order.town),
        _("it names no place"): not order.place_slug,
        _("it asks for no object"): order.count < 1,
        _("it is due before it was ordered"): order.due < order.ordered,
        _("it has no acceptance test"): not order.acceptance,
        _("a text is longer than {most} characters", most=LONGEST): max(map(len, texts)) > LONGEST,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def workshop_of(order: Order) -> str:
    """Return the workshop that goes with what was ordered, such as ``M02``."""
    return load_build(order.build).workshop.id


def _mistake(path: Path, reason: str) -> FabnumError:
    return FabnumError(
        _("{place} cannot be used: {reason}.", place=path, reason=reason),
        _("Correct that line, then try again."),
    )
