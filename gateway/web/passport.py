"""The passport page: what the QR code on an object's label leads to."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.passport import Access, Passport, Passports, Test
from gateway.web import taught
from gateway.web.site import Site, page
from gateway.web.words import Words
from kit import i18n
from kit.i18n import _
from kit.names import DeviceKey


class Line(NamedTuple):
    """One test as the page says it: its icon, its name, how it ended, what was seen."""

    icon: str
    name: str
    ended: str
    seen: str


class Calibrated(NamedTuple):
    """What one part was taught, in words, and when; ``steps``: date and result of each."""

    name: str
    learnt: str
    date: str
    steps: Sequence[tuple[str, str]]


async def short_address(request: Request) -> Response:
    """Lead ``/o/<device>/passport`` to the passport, if only one town has one of that name."""
    site = _site(request)
    towns = [town.id for town in site.settings.towns]
    found = _passports(site).named(request.path_params["device"], towns)
    if not found:
        raise HTTPException(404)
    if len(found) == 1:
        link = site.speech(request).link
        return RedirectResponse(link(f"/o/{found[0].key}/passport"), 302)
    names = {town.id: town.name for town in site.settings.towns}
    return page(site, request, "choose.html", devices=found, page_of="/passport", town_name=names)


async def passport(request: Request) -> Response:
    """Show the passport of one object, whether it still has access or not."""
    site = _site(request)
    key = DeviceKey(request.path_params["town"], request.path_params["device"])
    found = _passports(site).find(key)
    if found is None:
        raise HTTPException(404)
    i18n.use(site.speech(request).language)
    words = site.words()
    names = {town.id: town.name for town in site.settings.towns}
    return page(
        site,
        request,
        "passport.html",
        passport=found,
        device=found.device,
        build=found.build,
        town_name=names,
        state=_state(found),
        verdict=_verdict(found, words),
        tests=[_line(found, test) for test in found.bench.tests] if found.bench else [],
        access=_access(found, words),
        since=words.full_date(found.device.created) if found.device.created else "",
        calibrations=_calibrations(found, words),
        repairs=[(words.full_date(repair.time), repair.note) for repair in found.repairs],
        live=found.access is Access.YES,
    )


def _state(found: Passport) -> str:
    """Return the state that colours the result of the bench."""
    if found.bench is None:
        return "silent"
    return "good" if found.bench.passed else "act"


def _verdict(found: Passport, words: Words) -> str:
    if found.bench is None:
        return _("Not tested on the bench yet")
    date = words.full_date(found.bench.time)
    if found.bench.passed:
        return _("Tested on {date}: everything works", date=date)
    return _("Tested on {date}: something does not work", date=date)


def _calibrations(found: Passport, words: Words) -> list[Calibrated]:
    """Write what each part was taught, and the steps that led there."""
    said = []
    for known in found.taught:
        calibration = found.build.calibration(known.part) if found.build else None
        if calibration is not None:
            steps = [
                (words.full_date(step.time), taught.in_words(calibration, step.kept, words))
                for step in found.steps
                if step.part == known.part
            ]
            said.append(
                Calibrated(
                    str(calibration.name),
                    taught.in_words(calibration, known.kept, words),
                    words.full_date(known.time),
                    steps if len(steps) > 1 else [],
                )
            )
    return said


def _line(found: Passport, test: Test) -> Line:
    if test.passed is None:
        return Line("silent", _test_name(found, test), _("left out"), test.words)
    if test.passed:
        return Line("good", _test_name(found, test), _("works"), test.words)
    return Line("act", _test_name(found, test), _("does not work"), test.words)


def _test_name(found: Passport, test: Test) -> str:
    """Name a test in the reader's language; as the bench did where the catalogue has it not."""
    everybody = {"wifi": _("Wi-Fi"), "broker": _("Way to the site"), "clock": _("Clock")}
    for known in found.build.tests if found.build else ():
        if known.id == test.id:
            return str(known.name)
    return everybody.get(test.id, test.name)


def _access(found: Passport, words: Words) -> str:
    sentences = {
        Access.YES: _("It is in service and may send its readings."),
        Access.AWAITED: _("Its board is still to come."),
        Access.HANDED_OVER: _("It was handed over. Its earlier readings stay here."),
    }
    if found.access is Access.ENDED and found.device.revoked is not None:
        return _("Out of service since {date}.", date=words.full_date(found.device.revoked))
    return sentences[found.access]


def _passports(site: Site) -> Passports:
    if site.passports is None:
        raise HTTPException(404)
    return site.passports


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
