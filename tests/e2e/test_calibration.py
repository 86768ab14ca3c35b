"""Calibrations as people do them: the command, a twin, a broker, the gateway, the passport."""

import json
import os
import subprocess
import time
from typing import Any

import pytest

from gateway.logbook import Kind, Logbook
from kit.names import DeviceKey
from tests.e2e.living_site import FABNUM, PATIENCE_S, LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]


def calibrate(site: LivingSite, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `fabnum calibrate` with somebody at the keyboard, in English."""
    return subprocess.run(
        [FABNUM, "calibrate", *words, "--data", site.folder.root],
        env={**os.environ, "FABNUM_LANG": "en", "COLUMNS": "200"},
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def noted(site: LivingSite, name: str) -> list[dict[str, Any]]:
    logbook = Logbook(site.folder.logbook)
    try:
        entries = logbook.entries(DeviceKey("gonesse", name))
    finally:
        logbook.close()
    return [dict(entry.content) for entry in entries if entry.kind is Kind.CALIBRATION]


def newest(site: LivingSite, channel: str) -> float:
    rows = site.ask(
        """SELECT json_extract("values", '$.' || ?1) FROM frames"""
        """ WHERE json_extract("values", '$.' || ?1) IS NOT NULL ORDER BY id DESC LIMIT 1""",
        channel,
    )
    return float(rows[0][0]) if rows else -1.0


def test_a_soil_probe_learns_dry_and_wet_and_knows_it_after_a_power_cut(site: LivingSite) -> None:
    twin = site.add("garden-1")
    twin.control(room={"moisture": 0})
    site.begin()
    dry = calibrate(site, "garden-1", "--step", "dry", "--yes", "--json")
    assert dry.returncode == 0, dry.stderr
    twin.control(room={"moisture": 50})
    site.wait_until(lambda: 40 < newest(site, "moisture") < 60, "it feels the water")
    wet = calibrate(site, "garden-1", "soil", typed="s\n\n\n")  # skips the first step
    assert wet.returncode == 0, wet.stderr + wet.stdout
    assert "✓ wet" in wet.stdout.replace("\u00a0", " ")
    site.wait_until(lambda: newest(site, "moisture") > 95, "it takes this for wet at once")
    site.wait_until(lambda: len(noted(site, "garden-1")) == 2, "both steps are noted")
    assert [entry["step"] for entry in noted(site, "garden-1")] == ["wet", "dry"]
    assert noted(site, "garden-1")[1]["kept"] == json.loads(dry.stdout)["kept"]

    twin.cut_power()
    twin.start()
    site.wait_for_stored(3)
    assert newest(site, "moisture") > 95  # by the ends of a new probe it would be 50
    assert len(noted(site, "garden-1")) == 2
    assert "Calibrated: Dry and wet" in site.cli("devices", "history", "garden-1").stdout
    assert "mV" in site.page("/o/gonesse/garden-1/passport")


def test_a_microphone_is_set_by_a_sound_level_meter(site: LivingSite) -> None:
    twin = site.add("noise-1")
    twin.control(room={"noise": 70})
    site.begin()
    site.wait_until(lambda: newest(site, "level") > 60, "it hears the noise")
    before = newest(site, "level")
    meter = f"{before + 6:.1f}".replace(".", ",")
    answer = calibrate(site, "noise-1", "--value", f"reference={meter} dB", "--yes", "--json")
    assert answer.returncode == 0, answer.stderr
    assert 4 < json.loads(answer.stdout)["kept"]["offset"] < 8
    site.wait_until(lambda: newest(site, "level") > before + 3, "its readings follow at once")
    assert "correction" in site.page("/o/gonesse/noise-1/passport")


def test_a_counter_is_compared_with_a_count_by_hand(site: LivingSite) -> None:
    twin = site.add("passage-1")
    site.begin()
    begun = calibrate(site, "passage-1", "--step", "start", "--yes")
    assert begun.returncode == 0, begun.stderr
    assert noted(site, "passage-1") == []  # a step on the way
    for _person in range(4):
        twin.control(room={"walks": "in"})
        time.sleep(1.5)  # so long a person takes to walk through
    ended = calibrate(site, "passage-1", "gate", typed="s\n\n5\n\n")
    assert ended.returncode == 0, ended.stderr + ended.stdout
    (entry,) = noted(site, "passage-1")
    counted = entry["kept"]["counted"]
    assert entry["kept"]["hand"] == 5
    assert entry["kept"]["error_percent"] == round(100 * (counted - 5) / 5, 1)
    assert counted >= 3  # others may walk by themselves
    assert f"by the object\u00a0{counted}" in site.page("/o/gonesse/passage-1")
    again = calibrate(site, "passage-1", "--step", "stop", "--value", "stop=5", "--yes")
    assert again.returncode == 2
    assert "start" in again.stderr


def test_what_the_object_refuses_is_said_in_its_own_words_and_tried_again(
    site: LivingSite,
) -> None:
    twin = site.add("air-1")
    twin.control(room={"temperature": 22})
    site.begin()
    answer = calibrate(
        site,
        "air-1",
        # Too soon outdoors: again with a number that is none, then skip; then indoors, stop.
        typed="\n" + "plenty\n" + "420 ppm\n" + "s\n" + "\n" + "20,5 °C\n" + "\n",
    )
    assert answer.returncode == 0, answer.stderr + answer.stdout
    assert "“plenty” is not a number." in answer.stdout
    assert "attendez encore" in answer.stdout
    twin.wait_for(lambda twin: noted(site, "air-1"))
    assert [entry["step"] for entry in noted(site, "air-1")] == ["temperature"]
    too_soon = calibrate(site, "air-1", "--step", "outdoor", "--yes")
    assert too_soon.returncode == 2
    assert "attendez encore" in too_soon.stderr


def test_one_that_is_away_or_cannot_is_said_before_anybody_does_anything(site: LivingSite) -> None:
    site.add("climate-1")
    site.begin()
    site.add("air-9")  # and never switched on
    away = calibrate(site, "air-9", typed="\n\n\n")
    assert away.returncode == 2
    assert away.stderr.startswith("The object")
    assert "→ Check that it has power and Wi-Fi" in away.stderr
    cannot = calibrate(site, "climate-1")
    assert cannot.returncode == 2
    assert "need no calibration" in cannot.stderr


def test_whoever_stops_half_way_or_is_not_there_harms_nothing(site: LivingSite) -> None:
    site.add("garden-1")
    site.begin()
    stopped = calibrate(site, "garden-1", typed="q\n")
    assert stopped.returncode == 130
    assert "nothing is half done" in stopped.stdout
    nobody = calibrate(site, "garden-1", typed="")
    assert nobody.returncode == 2
    assert "--yes" in nobody.stderr
    assert noted(site, "garden-1") == []
