"""`fabnum calibrate` before it talks with anybody: which steps, which numbers, what is wrong."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.logbook import Kind
from gateway.office import Office
from kit.catalogue import load_build
from kit.cli import devices, question
from kit.cli.calibrate import Options, calibrate, read_value
from kit.cli.init import make_keys, write_settings
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import DataFolder, load

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost"])
    make_keys(folder, load(folder))
    with closing(Office(load(folder), folder)) as office:
        for build in ("air", "lamp", "vote"):
            office.enrol(Wish(build=build, town="gonesse", device=f"{build}-1"))
    return folder


@pytest.mark.parametrize(
    ("name", "options", "cause"),
    [
        ("air-9", Options(), "no object"),
        ("lamp-1", Options(), "need no calibration"),
        ("air-1", Options(part="soil"), "no part “soil”"),
        ("air-1", Options(steps=["dry"]), "no such step: “dry”"),
        ("air-1", Options(values=["dry=5"]), "no such step: “dry”"),
        ("air-1", Options(values=["outdoor"]), "name=value"),
        ("air-1", Options(values=["outdoor=plenty"]), "“plenty” is not a number"),
        ("air-1", Options(values=["outdoor=20"]), "20\u00a0ppm cannot be right"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_done(
    site: DataFolder, name: str, options: Options, cause: str
) -> None:
    with pytest.raises(FabnumError, match=cause) as raised:
        calibrate(site, name, options)
    assert raised.value.action


def test_without_a_broker_there_is_one_sentence(site: DataFolder) -> None:
    with pytest.raises(FabnumError, match="broker") as raised:
        calibrate(site, "air-1", Options(yes=True))
    assert "fabnum up" in raised.value.action


def test_every_number_that_a_build_asks_for_takes_its_ends_and_its_usual_value() -> None:
    asked = [
        step.value
        for build in ("air", "noise", "passage", "passage-pir")
        for calibration in load_build(build).calibrations
        for step in calibration.steps
        if step.value is not None
    ]
    assert len(asked) >= 5
    for what in asked:
        for value in (*what.range, what.usual):
            if value is not None:
                assert read_value(f"{value:g} {what.unit}", what) == value
        for outside in (what.range[0] - 1, what.range[1] + 1):
            with pytest.raises(FabnumError):
                read_value(f"{outside:g}", what)


def test_the_history_tells_of_calibrations_and_questions(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Office(load(site), site)) as office:
        content = {"part": "scd41", "step": "temperature", "kept": {"offset": 2.5}}
        office.record(DeviceKey("gonesse", "air-1"), Kind.CALIBRATION, content)
    devices.show_history(site, "air-1")
    assert (
        "Calibrated: SCD41 sensor, warmth of the object\u00a02.5\u00a0°C" in capsys.readouterr().out
    )
    question.ask_question(
        site,
        "vote-1",
        question="Ça va ?",
        options=["Oui", "Non"],
        english="All well?",
        english_options=["Yes", "No"],
    )
    question.show_question(site, "vote-1")
    said = capsys.readouterr().out
    assert "1. Yes" in said
    assert "All well?" in said
    question.ask_nothing(site, "vote-1")
    question.show_question(site, "vote-1")
    devices.show_history(site, "vote-1")
    said = capsys.readouterr().out
    assert "asks no question yet" in said
    assert "New question: All well?" in said


def test_an_option_without_its_english_is_refused(site: DataFolder) -> None:
    with pytest.raises(FabnumError, match="2 options, and 1"):
        question.ask_question(
            site, "vote-1", question="Q", options=["a", "b"], english_options=["x"]
        )
    with pytest.raises(FabnumError, match="ask no question"):
        question.ask_question(site, "air-1", question="Q", options=["a", "b"])
