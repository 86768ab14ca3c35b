"""Signals are described once, named so that no object can forge them, and documented."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.names import SLUG, DeviceKey, is_slug
from kit.signals import (
    GATEWAY,
    SITE,
    Subject,
    channel,
    key_of_object,
    key_of_town,
    signal,
    signals,
    subject_of,
    taken_apart,
)

SUBJECTS: tuple[Subject, ...] = ("object", "gateway", "town", "told")
slugs = st.from_regex(SLUG, fullmatch=True)


def test_every_signal_is_described_for_people() -> None:
    for subject in SUBJECTS:
        for described in signals(subject):
            assert described.name["fr"]
            assert described.name["en"]
            assert described.range[0] < described.range[1]
            assert signal(subject, described.id) is described


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_page_on_signals_names_each(subject: Subject) -> None:
    page = (Path(__file__).parents[2] / "docs" / "signals.md").read_text(encoding="utf-8")
    rows = "".join(line for line in page.splitlines() if line.startswith("|"))
    for described in signals(subject):
        assert f"`{described.id}`" in rows or f"`{described.id}." in rows


def test_an_unknown_signal_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        signal("object", "co2")


@given(slugs, slugs)
def test_a_key_says_what_it_is_about(town: str, device: str) -> None:
    assert subject_of(key_of_object(DeviceKey(town, device))) == ("object", town, device)
    assert subject_of(key_of_town(town)) == ("town", town, "")
    assert subject_of(GATEWAY) == ("gateway", "", "")


@given(slugs, slugs)
def test_no_object_can_have_the_key_of_a_signal(town: str, device: str) -> None:
    assert not is_slug(SITE)
    for key in (key_of_object(DeviceKey(town, device)), key_of_town(town)):
        assert key.town == SITE
        assert not is_slug(key.device)
    with pytest.raises(ValueError, match="no signal"):
        subject_of(DeviceKey(town, device))


@given(st.sampled_from(["reset", "firmware"]), st.text())
def test_a_label_comes_back(name: str, what: str) -> None:
    assert taken_apart(channel(name, what)) == (name, what)
