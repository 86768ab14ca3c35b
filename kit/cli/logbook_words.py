"""What the entries of a logbook say, a sentence each."""

from collections.abc import Mapping
from typing import Any

from gateway.logbook import Entry, Kind
from gateway.web import taught
from gateway.web.words import Words
from kit.catalogue import Build
from kit.i18n import _

Content = Mapping[str, Any]


def in_words(entry: Entry, build: Build | None, words: Words) -> str:
    """Say what an entry of the logbook of an object of that build is about."""
    content = entry.content
    if entry.kind is Kind.CALIBRATION:
        return _calibration(content, build, words)
    telling = {Kind.REPAIR: _repair, Kind.HANDOVER: _handover, Kind.SELFTEST: _selftest}
    if entry.kind in telling:
        return telling[entry.kind](content)
    if entry.kind is Kind.QUESTION:
        return _question(content)
    return {
        Kind.ENROL: _("Enrolled with a new password"),
        Kind.FLASH: _("MicroPython written"),
        Kind.INSTALL: _("Program installed"),
        Kind.ROTATE: _("New password"),
        Kind.REVOKE: _("Access ended"),
    }[entry.kind]


def _calibration(content: Content, build: Build | None, words: Words) -> str:
    calibration = build.calibration(content["part"]) if build else None
    name = calibration.name if calibration else content["part"]
    learnt = taught.in_words(calibration, content["kept"], words)
    return _("Calibrated: {name}, {learnt}", name=name, learnt=learnt)


def _handover(content: Content) -> str:
    if "to" in content:
        return _("Handed over: it became {device}", device=content["to"])
    return _("Handed over: it was {device}", device=content.get("from", ""))


def _question(content: Content) -> str:
    question = content.get("question")
    return _("New question: {question}", question=question) if question else _("No question more")


def _repair(content: Content) -> str:
    return _("Repair: {note}", note=content.get("note", ""))


def _selftest(content: Content) -> str:
    if content.get("passed") is True:
        return _("Self-test: all works")
    return _("Self-test: something does not work")
