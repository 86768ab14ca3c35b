"""Sheets of labels, looked at as a printer and a telephone would: rendered by PDFium, QR read."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kit import i18n
from kit.enrolment import LabelFacts
from kit.errors import FabnumError
from kit.names import DeviceKey
from provisioning.labels import LAYOUTS, Layout, write_sheet

POINTS_PER_MM = 72 / 25.4
DOTS_PER_MM = 200 / 25.4


def facts(number: int = 1, **changes: str) -> LabelFacts:
    texts = {
        "name": "Air de la salle 3",
        "build_name": "Air de la classe",
        "town_name": "Gonesse",
        "place_name": "École Pasteur",
        "passport_url": f"http://fabnum.local:8080/o/air-ecole-pasteur-{number}/passport",
        "setup_code": f"{number:08}",
    } | changes
    return LabelFacts(key=DeviceKey("gonesse", f"air-ecole-pasteur-{number}"), **texts)


class Code(NamedTuple):
    """A QR code on a page: its text, and where its middle lies (mm from the top left)."""

    text: str
    x: float
    y: float


class Letter(NamedTuple):
    """A letter on a page, and the box of its ink (mm from the top left)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    with closing(pypdfium2.PdfDocument(path)) as document:
        yield document


def codes(page: pypdfium2.PdfPage) -> list[Code]:
    bitmap = page.render(scale=DOTS_PER_MM / POINTS_PER_MM, grayscale=True)
    pixels = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
    found = []
    for code in zxingcpp.read_barcodes(pixels):
        corners = (code.position.top_left, code.position.bottom_right)
        x, y = (sum(getattr(c, axis) for c in corners) / 2 / DOTS_PER_MM for axis in "xy")
        found.append(Code(code.text, x, y))
    return found


def letters(page: pypdfium2.PdfPage) -> list[Letter]:
    text = page.get_textpage()
    height = page.get_height()
    found = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        box = [value / POINTS_PER_MM for value in (left, height - top, right, height - bottom)]
        found.append(Letter(text.get_text_range(index, 1), *box))
    return [letter for letter in found if letter.text.strip()]


def words(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().replace("\ufffe", "-").split())


def cells(layout: Layout) -> dict[int, tuple[float, float]]:
    """Return the top left corner of each label by its number from 1, in mm."""
    places = product(range(layout.rows), range(layout.columns))
    return {
        number: (
            layout.margins[0] + column * layout.step[0],
            layout.margins[1] + row * layout.step[1],
        )
        for number, (row, column) in enumerate(places, 1)
    }


def is_inside(layout: Layout, number: int, x: float, y: float) -> bool:
    left, top = cells(layout)[number]
    return left <= x <= left + layout.size[0] and top <= y <= top + layout.size[1]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "labels.pdf"


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    before = i18n.current()
    i18n.use("fr")
    yield
    i18n.use(before)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_labels_of_a_sheet_lie_on_the_paper_and_not_on_each_other(name: str) -> None:
    layout = LAYOUTS[name]
    (left, top), (width, height) = cells(layout)[layout.count], layout.size
    assert left + width <= 210 - layout.margins[0] + 0.1
    assert top + height <= 297 - layout.margins[1] + 0.1
    assert layout.step[0] >= width
    assert layout.step[1] >= height


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_label_has_the_code_of_its_passport_in_its_place(name: str, sheet: Path) -> None:
    layout = LAYOUTS[name]
    labels = [facts(number) for number in range(1, layout.count + 1)]
    assert write_sheet(labels, sheet, layout=name) == 1
    with opened(sheet) as document:
        found = {code.text: code for code in codes(document[0])}
    for number, label in enumerate(labels, 1):
        code = found[label.passport_url]
        assert is_inside(layout, number, code.x, code.y)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_label_says_what_the_object_is_and_how_to_reach_it(name: str, sheet: Path) -> None:
    write_sheet([facts(7)], sheet, layout=name)
    with opened(sheet) as document:
        text = words(document[0])
    for said in (
        "Air de la salle 3",
        "Air de la classe",
        "École Pasteur, Gonesse",
        "air-ecole-pasteur-7",
        "Fabnum-air-ecole-pasteur-7",
        "00000007",
    ):
        assert said in text


def test_without_a_code_no_network_is_named(sheet: Path) -> None:
    write_sheet([facts(setup_code="")], sheet)
    with opened(sheet) as document:
        assert "Fabnum-" not in words(document[0])


def test_a_half_used_sheet_goes_on_where_it_ended(sheet: Path) -> None:
    labels = [facts(number) for number in range(1, 9)]
    assert write_sheet(labels, sheet, start=20) == 2
    with opened(sheet) as document:
        first, second = codes(document[0]), codes(document[1])
    assert (len(first), len(second)) == (5, 3)
    layout = LAYOUTS["3x8"]
    by_text = {code.text: code for code in (*first, *second)}
    for label, place in zip(labels, [20, 21, 22, 23, 24, 1, 2, 3], strict=True):
        code = by_text[label.passport_url]
        assert is_inside(layout, place, code.x, code.y)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(
    "text",
    [
        "Une très longue désignation d’un objet posé dans la salle des professeurs du deuxième",
        "Anticonstitutionnellementpasdutoutpasdutoutpasdutout",
        "W" * 200,
        "i i i i " * 60,
        '# $x$ *b* _i_ [c] @a <l> \\ " // https://x.example/' + "y" * 60,
    ],
)
def test_a_text_that_is_too_long_stays_on_its_label(name: str, text: str, sheet: Path) -> None:
    layout = LAYOUTS[name]
    middle = layout.columns + 2
    long = facts(2, name=text, build_name=text, place_name=text, town_name=text)
    write_sheet([long], sheet, layout=name, start=middle)
    with opened(sheet) as document:
        written = letters(document[0])
        assert "…" in words(document[0])
        assert "00000002" in words(document[0])
    assert len(written) > 30
    for letter in written:
        assert is_inside(layout, middle, letter.left, letter.top), letter
        assert is_inside(layout, middle, letter.right, letter.bottom), letter


@example("000000 :000000000000000", "", "2x7")
@example("000000( 000000000000000", "", "2x7")
@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from(sorted(LAYOUTS)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_makes_a_sheet(sheet: Path, name: str, place: str, layout: str) -> None:
    write_sheet([facts(3, name=name, place_name=place)], sheet, layout=layout, start=1)
    with opened(sheet) as document:
        (code,) = codes(document[0])
        assert code.text == facts(3).passport_url
        for letter in letters(document[0]):
            assert is_inside(LAYOUTS[layout], 1, letter.right, letter.bottom)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_screen_reader_is_told_language_title_and_what_the_codes_are(
    language: str, sheet: Path
) -> None:
    i18n.use(language)
    write_sheet([facts()], sheet)
    content = sheet.read_bytes()
    assert f"/Lang({language})".encode() in content
    assert b"/Alt(" in content or b"/Alt<" in content  # plain, or in UTF-16
    assert b"/MarkInfo" in content
    assert b"pdfuaid:part" in content
    with opened(sheet) as document:
        assert document.get_metadata_value("Title")
        assert document.is_tagged()


def test_cut_marks_are_for_plain_paper(sheet: Path) -> None:
    write_sheet([facts()], sheet)
    plain = _strokes(sheet)
    write_sheet([facts()], sheet, cut_marks=True)
    assert _strokes(sheet) > plain + 100


def _strokes(sheet: Path) -> int:
    with opened(sheet) as document:
        return sum(1 for _ in document[0].get_objects(max_depth=4))


@pytest.mark.parametrize(
    ("labels", "options"),
    [
        ([], {}),
        ([facts()], {"layout": "5x5"}),
        ([facts()], {"start": 0}),
        ([facts()], {"start": 25}),
    ],
)
def test_what_cannot_be_printed_is_said_and_leaves_the_sheet_before(
    labels: list[LabelFacts], options: dict[str, object], sheet: Path
) -> None:
    sheet.write_bytes(b"before")
    with pytest.raises(FabnumError) as raised:
        write_sheet(labels, sheet, **options)  # type: ignore[arg-type]
    assert raised.value.action
    assert sheet.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FabnumError, match="labels"):
        write_sheet([facts()], tmp_path / "no" / "labels.pdf")
    assert list(tmp_path.iterdir()) == []
