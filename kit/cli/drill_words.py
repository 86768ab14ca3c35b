"""The account of a drill in words."""

from collections.abc import Iterator

from gateway.drills.account import Account, passed
from gateway.drills.model import Drill
from kit.i18n import _


def told(drill: Drill, result: Account) -> Iterator[str]:
    """Yield a sentence a line: what the object did, what was lost, what it teaches."""
    for state, why in result.said:
        # The very words that the object sends: they stand in its log and in docs/contract.md too.
        yield _("It said “{state}”.", state=f"{state} ({why})" if why else state)
    if result.back_after_s is None:
        yield _("It did not come back.")
    else:
        yield _("It was back {seconds} s after the end.", seconds=round(result.back_after_s))
    if result.restarted:
        yield _("It started anew.")
    if result.kept:
        yield _("{count} readings were kept meanwhile and sent afterwards.", count=result.kept)
    elif drill.stops_measuring:
        yield _("It could not measure meanwhile: that is a gap, and no loss.")
    if result.lost:
        yield _("{lost} of {count} readings were lost.", lost=result.lost, count=result.measured)
    else:
        yield _("Nothing was lost: {count} readings, all stored.", count=result.arrived)
    yield "✓ " + drill.lesson if passed(drill, result) else "✗ " + _("Not passed.")
