"""Facts about the bench: what it tests, how a part is calibrated, error cards and drills."""

from curriculum.document.nodes import Block, Blocks, Item, Link, Literally, Strong
from curriculum.facts.blocks import command, item, label, listing, paragraph, strong, words
from curriculum.facts.choice import chosen
from curriculum.facts.numbers import quantity
from curriculum.facts.place import Place
from curriculum.known import Card
from kit.catalogue import Build, Calibration, CalibrationStep, Test
from kit.errors import FabnumError
from kit.i18n import _


def self_test(place: Place) -> Blocks:
    """``{{ self-test }}``: what the bench tests on each object, in its order."""
    tests = (
        item(paragraph(strong(test.name), f". {_passes(place.build, test)}"))
        for test in place.build.tests
    )
    network = item(paragraph(strong(_("Network")), ". ", _("Wi-Fi, server and clock.")))
    return (listing((*tests, network), ordered=True),)


def calibration(place: Place) -> Blocks:
    """``{{ calibration }}``: how each part that can be taught is taught, step by step."""
    if not place.build.calibrations:
        raise FabnumError(
            _("The build “{build}” has nothing to calibrate.", build=place.build.id),
            _("Take {directive} out of the text.", directive="{{ calibration }}"),
        )
    taught = (block for each in place.build.calibrations for block in _taught(each))
    return (command(f"fabnum calibrate {place.build.id}-1"), *taught)


def cards(place: Place, *codes: str) -> Blocks:
    """``{{ cards: charge-only, port-busy }}``: error cards of the bench, by their codes."""
    found = (chosen(place.known.cards, code, "{{ cards }}") for code in codes or ("",))
    return (listing(_card(card) for card in found),)


def drill(place: Place, kind: str = "") -> Blocks:
    """``{{ drill: wifi }}``: one drill, as something to do with a simulated object, then a real."""
    found = chosen(place.known.drills, kind, "{{ drill }}")
    steps = (
        item(paragraph(_("With a simulated object:")), _drill_command(place, kind)),
        item(paragraph(_("With your own object:"), " ", found.cause)),
        item(paragraph(_("Watch what the object says."), " ", found.undo)),
    )
    return (
        paragraph(strong(_("Drill: {name}", name=found.name))),
        listing(steps, ordered=True),
        paragraph(found.lesson),
    )


def _drill_command(place: Place, kind: str) -> Block:
    return command(f"fabnum drill {kind} {place.build.id} --twin")


def _passes(build: Build, test: Test) -> str:
    """Say what a person does for a test, and when it passes."""
    channel = build.channel(test.channel or "")
    unit = channel.unit if channel else ""
    values = {
        "by": quantity(test.by or 0, unit),
        "seconds": quantity(test.seconds or 0, "s"),
        "low": quantity(test.range[0], unit) if test.range else "",
        "high": quantity(test.range[1], unit) if test.range else "",
    }
    passes = {
        "found": _("Passed when the part answers."),
        "plausible": _("Passed from {low} to {high}.", **values),
        "rises": _("Passed when it rises by {by} within {seconds}.", **values),
        "falls": _("Passed when it falls by {by} within {seconds}.", **values),
        "press": _("Passed when the press arrives within {seconds}.", **values),
        "colours": _("Passed when you answer yes."),
    }
    return f"{test.ask} {passes[test.kind]}" if test.ask else passes[test.kind]


def _taught(each: Calibration) -> Blocks:
    steps = (item(paragraph(_asked(step))) for step in each.steps)
    return (paragraph(strong(each.name)), listing(steps, ordered=True))


def _asked(step: CalibrationStep) -> str:
    if step.value is None:
        return str(step.ask)
    low, high = (quantity(bound, step.value.unit) for bound in step.value.range)
    given = _(
        "Then give: {value}, from {low} to {high}.", value=step.value.name, low=low, high=high
    )
    return f"{step.ask} {given}"


def _card(card: Card) -> Item:
    title = Strong((Link(f"card:{card.code}", words(card.title)),))
    each = (item(paragraph(label(name), " ", text)) for name, text in card.actions.items())
    actions: tuple[Block, ...] = (
        (listing(each),) if card.actions else (paragraph("→ ", card.action),)
    )
    return item(paragraph(title, " ", Literally(card.code)), paragraph(card.cause), *actions)
