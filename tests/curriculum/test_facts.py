"""Facts in texts: every directive becomes plain blocks, in the language of the text."""

from pathlib import Path

import msgspec
import pytest

from curriculum import reading
from curriculum.document import markdown
from curriculum.document.nodes import (
    Code,
    Directive,
    Drawing,
    Item,
    Listing,
    Note,
    Paragraph,
    Table,
    plain,
)
from curriculum.facts import DIRECTIVES, fill
from kit import catalogue, i18n
from kit.cli.curriculum_known import known
from kit.errors import FabnumError

TEMPLATE = Path(reading.__file__).parent / "template"
ARGUMENTS = {"cards": ": charge-only, port-busy", "drill": ": wifi"}


@pytest.fixture(scope="module")
def module():
    return reading.load(TEMPLATE)


@pytest.fixture(scope="module")
def told():
    return known()


def of(module, build_id):
    return msgspec.structs.replace(module, build=catalogue.load_build(build_id))


def filled(module, told, directive, language="en"):
    return fill(module, language, markdown.read(f"{{{{ {directive} }}}}"), told)


def text_of(blocks):
    """Return all that is written in blocks, on one line."""
    return " ".join(_texts(blocks))


def _texts(blocks):
    for block in blocks:
        match block:
            case Listing(_, items):
                for item in items:
                    yield from _texts(item.blocks)
            case Note(_, within):
                yield from _texts(within)
            case Table(header, rows):
                yield from (plain(cell) for row in (header, *rows) for cell in row)
            case Code(_, text, _):
                yield text
            case Drawing(_, alternative):
                yield alternative
            case _:
                yield plain(block.inlines)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("build_id", catalogue.builds())
def test_every_fact_of_every_build_becomes_blocks(module, told, build_id, language):
    placed = of(module, build_id)
    for name in DIRECTIVES:
        if name == "wiring" or (name == "calibration" and not placed.build.calibrations):
            continue  # drawings take a while: their own tests draw them all
        blocks = filled(placed, told, name + ARGUMENTS.get(name, ""), language)
        assert blocks, name
        assert not any(isinstance(block, Directive) for block in blocks)
        assert text_of(blocks).strip()


def test_the_whole_template_is_filled_in_both_languages(module, told):
    for language, blocks in module.texts.items():
        whole = fill(module, language, blocks, told)
        assert not any(isinstance(block, Directive) for block in whole)
        assert len(whole) > len(blocks)


def test_the_wiring_is_drawn_and_told_as_a_table(module, told):
    blocks = filled(of(module, "weather"), told, "wiring")
    assert any(isinstance(block, Drawing) for block in blocks)
    assert any(isinstance(block, Table) for block in blocks)


def test_another_build_that_the_module_speaks_of_is_drawn_too(module, told):
    front = msgspec.structs.replace(module.front, also=("passage-pir",))
    other = msgspec.structs.replace(module, front=front)
    assert "HC-SR501" in text_of(filled(other, told, "wiring: passage-pir"))
    assert "HC-SR501" not in text_of(filled(other, told, "wiring"))


def test_what_is_no_directive_stays_as_it_is(module, told):
    blocks = markdown.read("## Title {#title}\n\nA *text*.\n\n- [ ] Tick.\n\n> A hint.\n")
    assert fill(module, "en", blocks, told) == blocks


def test_a_directive_within_a_list_or_a_note_is_filled_in_too(module, told):
    blocks = (Listing(False, (Item((Directive("ethics"),)),)), Note("hint", (Directive("ethics"),)))
    listing, note = fill(module, "en", blocks, told)
    assert text_of(listing.items[0].blocks) == "Nobody notes who lights the lamp."
    assert text_of(note.blocks) == "Nobody notes who lights the lamp."


def test_filling_in_does_not_change_the_language_in_use(module, told):
    before = i18n.current()
    filled(module, told, "ethics", "en")
    assert i18n.current() == before


def test_numbers_are_written_as_the_language_does(module, told):
    english = text_of(filled(of(module, "air"), told, "channels", "en"))
    french = text_of(filled(of(module, "air"), told, "channels", "fr"))
    assert "40,000\u00a0ppm" in english
    assert "100%" in english
    assert "40\u202f000\u00a0ppm" in french
    assert "100\u00a0%" in french


def test_channels_say_what_their_values_mean(module, told):
    text = text_of(filled(of(module, "air"), told, "channels"))
    assert "under 800\u00a0ppm Fresh air" in text
    assert "from 800\u00a0ppm to 1,500\u00a0ppm Time to air soon" in text
    assert "1,500\u00a0ppm and more Open the windows" in text


def test_a_switch_means_something_at_0_and_at_1(module, told):
    table = filled(module, told, "channels")[1]
    assert [[plain(cell) for cell in row] for row in table.rows] == [["0", "Off"], ["1", "Lit"]]


def test_the_plan_counts_minutes_up_to_those_of_the_workshop(module, told):
    table = next(b for b in filled(module, told, "plan") if isinstance(b, Table))
    assert [plain(row[0]) for row in table.rows] == ["0–10", "10–50", "50–60"]


def test_materials_begin_with_the_objects_and_are_ticked_off(module, told):
    (listing,) = filled(module, told, "materials")
    assert "3\u00a0×\u00a0Connected lamp" in text_of(listing.items[0].blocks)
    assert all(item.checked is False for item in listing.items)


def test_the_program_is_the_one_of_the_build(module, told):
    (code,) = filled(of(module, "air"), told, "program")
    assert code.text == (catalogue.BUILDS_FOLDER / "air" / "main.py").read_text("utf-8")


def test_the_self_test_says_what_to_do_and_when_it_is_passed(module, told):
    text = text_of(filled(of(module, "air"), told, "self-test"))
    assert "Breathe gently near the sensor." in text
    assert "rises by 100\u00a0ppm within 60\u00a0s" in text
    assert "from 350\u00a0ppm to 5,000\u00a0ppm" in text


def test_a_card_tells_its_cause_and_what_to_do_on_each_system(module, told):
    (listing,) = filled(module, told, "cards: charge-only, driver")
    first, second = (text_of(item.blocks) for item in listing.items)
    assert "charge-only" in first
    assert "Take another USB cable" in first
    assert all(system in second for system in ("Linux", "macOS", "Windows"))


def test_a_drill_has_the_command_for_the_build(module, told):
    text = text_of(filled(of(module, "air"), told, "drill: broker"))
    assert "fabnum drill broker air --twin" in text
    assert told.complaint(["fabnum", "drill", "broker", "air", "--twin"]) is None


def test_quoted_calibrations_are_commands_that_exist(module, told):
    text = text_of(filled(of(module, "garden"), told, "calibration"))
    assert "fabnum calibrate garden-1" in text
    assert told.complaint(["fabnum", "calibrate", "garden-1"]) is None


def test_each_objective_leads_to_its_challenge(module, told):
    (listing,) = filled(module, told, "objectives")
    links = [item.blocks[-1].inlines[0].address for item in listing.items]
    assert links == ["#challenge-1", "#challenge-2"]


def test_what_comes_before_is_named(module, told):
    front = msgspec.structs.replace(module.front, prerequisites=("M02",))
    text = text_of(filled(msgspec.structs.replace(module, front=front), told, "group"))
    assert "M02, When do we open the windows?" in text


@pytest.mark.parametrize(
    "directive",
    [
        "wether",
        "cards",
        "cards: nothing-such",
        "drill",
        "drill: flood",
        "wiring: esp8266",
        "wiring: passage-pir",  # the module does not speak of it
        "calibration",  # nothing of a lamp is calibrated
        "plan: monday",
        "wiring: esp32, esp32s3",
    ],
)
def test_what_does_not_exist_is_refused_in_a_sentence(module, told, directive):
    with pytest.raises(FabnumError) as refused:
        filled(module, told, directive)
    assert refused.value.action


def test_a_board_that_does_not_exist_is_refused(module, told):
    front = msgspec.structs.replace(module.front, board="build-none")
    with pytest.raises(FabnumError):
        filled(msgspec.structs.replace(module, front=front), told, "board")


def test_the_warning_of_safety_begins_as_warnings_in_texts_do(module, told):
    (note,) = filled(module, told, "safety")
    assert note.sort == "warning"
    assert isinstance(note.blocks[0], Paragraph)
