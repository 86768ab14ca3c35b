"""Facts about what is built: its parts, how they are wired, what it measures, its program."""

from collections.abc import Iterator

from curriculum.document.nodes import Blocks, Break, Code, Inlines, Table
from curriculum.facts.blocks import paragraph, strong, words
from curriculum.facts.choice import chosen
from curriculum.facts.numbers import price, quantity
from curriculum.facts.place import Place
from curriculum.wiring import blocks
from kit.catalogue import Band, Channel, load_build, source_of
from kit.chips import DEFAULT_CHIP, PINS
from kit.i18n import _
from kit.parts import Line, bill, cost

_YES_NO = (0, 1)
"""The range of a channel that says whether something is so."""


def parts(place: Place) -> Blocks:
    """``{{ parts }}``: what is needed for one object, how often, and about what it costs."""
    lines = bill(place.build)
    head = (words(_("Count")), words(_("What")), words(_("About")))
    rows = ((words(line.count), _bought(line), words(price(line.cost))) for line in lines)
    whole = _("For one object, about {price}.", price=price(cost(lines)))
    return (Table(head, tuple(rows)), paragraph(whole))


def wiring(place: Place, which: str = DEFAULT_CHIP) -> Blocks:
    """``{{ wiring }}``: the drawing, and the same as a table.

    ``{{ wiring: esp32s3 }}``: with another chip. ``{{ wiring: passage-pir }}``: of another build
    that the module speaks of, with the usual chip.
    """
    also = {name: (load_build(name), DEFAULT_CHIP) for name in place.front.also}
    known = {chip: (place.build, chip) for chip in PINS} | also
    return blocks(*chosen(known, which, "{{ wiring }}"))


def channels(place: Place) -> Blocks:
    """``{{ channels }}``: what the object measures, and what the values mean."""
    measured = place.build.channels
    head = (words(_("Measured")), words(_("From – to")))
    rows = tuple((words(channel.name), words(_range(channel))) for channel in measured)
    meanings = (block for channel in measured if channel.bands for block in _meanings(channel))
    return (Table(head, rows), *meanings)


def program(place: Place) -> Blocks:
    """``{{ program }}``: the program of the build, as it comes with the kit."""
    return (Code("python", source_of(place.build.id, "main.py"), {"file": "main.py"}),)


def board(place: Place) -> Blocks:
    """``{{ board }}``: which board shows what the objects measured."""
    title = chosen(place.known.boards, place.front.board, "board")
    return (paragraph(_("On the gateway’s pages: Boards, then “{board}”.", board=title)),)


def _bought(line: Line) -> Inlines:
    note = (Break(), *words(line.part.note)) if str(line.part.note) else ()
    return (strong(line.part.name), *note)


def _range(channel: Channel) -> str:
    low, high = (quantity(bound, channel.unit) for bound in channel.range)
    return f"{low} – {high}"


def _meanings(channel: Channel) -> Blocks:
    head = (words(channel.name), words(_("What it means")))
    return (Table(head, tuple(_rows(channel))),)


def _rows(channel: Channel) -> Iterator[tuple[Inlines, ...]]:
    if channel.range == _YES_NO:
        for value, band in enumerate(channel.bands):
            yield words(value), (strong(band.word),)
        return
    low: float | None = None
    for band in channel.bands:
        yield words(_span(channel, band, low)), (strong(band.word),)
        low = band.below


def _span(channel: Channel, band: Band, low: float | None) -> str:
    high = quantity(band.below, channel.unit) if band.below != float("inf") else ""
    if low is None:
        return _("under {high}", high=high)
    if not high:
        return _("{low} and more", low=quantity(low, channel.unit))
    return _("from {low} to {high}", low=quantity(low, channel.unit), high=high)
