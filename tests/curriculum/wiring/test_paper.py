"""Drawings as they come out: in a browser and on paper, text is where it should be."""

from pathlib import Path
from typing import Any

import font_source_sans_pro
import pypdfium2
import pytest
import typst

from curriculum.wiring import choices, drawing, sheet
from curriculum.wiring.layout import Layout
from curriculum.wiring.routing import Way
from kit.catalogue import builds, load_build
from kit.chips import PINS
from kit.parts import Netlist
from tests.curriculum.wiring.test_drawing import assert_clear

CHROMIUM = Path("/usr/bin/chromium")
FONTS = Path(font_source_sans_pro.font_directory)

MEASURE = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
  const area = svg.viewBox.baseVal, found = [];
  const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()]);
  for (const [words, box] of texts)
    if (box.x < area.x || box.y < area.y || box.x + box.width > area.x + area.width
        || box.y + box.height > area.y + area.height)
      found.push(svg.id + ": cut: " + words);
  const boxes = texts.map(([words, box]) =>   // without the room above and below the letters
    [words, box.x + 1, box.y + box.height * 0.28, box.width - 2, box.height * 0.46]);
  boxes.forEach(([a, ax, ay, aw, ah], i) => boxes.slice(i + 1).forEach(([b, bx, by, bw, bh]) => {
    if (ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah)
      found.push(svg.id + ": one on the other: " + a + " and " + b);
  }));
  const names = boxes.filter(([words]) => !/^[0-9]{1,2}$/.test(words));   // not numbers
  for (const wire of svg.querySelectorAll('path[stroke-width="5"]'))
    for (let at = 0; at <= wire.getTotalLength(); at += 2) {
      const point = wire.getPointAtLength(at);
      for (const [words, x, y, width, height] of names)
        if (point.x > x && point.x < x + width && point.y > y && point.y < y + height)
          found.push(svg.id + ": a wire over: " + words);
    }
  return [...new Set(found)];
})"""


def page(svgs: dict[str, str]) -> str:
    """Return a page of drawings with the font that paper has."""
    faces = "".join(
        f"@font-face {{ font-family: 'Source Sans Pro'; font-weight: {weight};"
        f" src: url('{(FONTS / f'SourceSansPro-{name}.ttf').as_uri()}') }}"
        for weight, name in ((400, "Regular"), (700, "Bold"))
    )
    drawings = "".join(svg.replace("<svg ", f'<svg id="{name}" ', 1) for name, svg in svgs.items())
    return f"<!doctype html><meta charset=utf-8><style>{faces}</style>{drawings}"


@pytest.mark.browser
@pytest.mark.slow
async def test_in_no_build_on_any_chip_is_a_thing_or_a_text_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playwright = pytest.importorskip("playwright.async_api")
    planned = sheet.planned

    def looked_at(net: Netlist) -> tuple[Layout, dict[int, Way]]:
        laid, ways = planned(net)
        assert_clear(net, laid, ways)
        return laid, ways

    monkeypatch.setattr(sheet, "planned", looked_at)
    svgs = {
        f"{build}-{chip}-{choice}-{language}": drawing(
            load_build(build), chip, language, choice
        ).svg
        for language, chips, named in (("fr", PINS, builds()), ("en", ["esp32"], ["air", "lamp"]))
        for build in named
        for chip in chips
        for choice in range(len(choices(load_build(build))))
    }
    file = tmp_path / "drawings.html"
    file.write_text(page(svgs), encoding="utf-8")
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        tab: Any = await browser.new_page()
        await tab.goto(file.as_uri())
        await tab.evaluate("() => document.fonts.ready")
        assert await tab.evaluate("() => document.fonts.check('700 15px Source Sans Pro')")
        found = await tab.evaluate(MEASURE)
        await browser.close()
    assert found == []


def test_on_paper_text_is_text_in_the_font_of_the_kit(tmp_path: Path) -> None:
    svg = drawing(load_build("air"), "esp32", "fr").svg
    (tmp_path / "air.svg").write_text(svg, encoding="utf-8")
    (tmp_path / "air.typ").write_text('#image("air.svg", alt: "…", width: 170mm)')
    pdf = typst.compile(tmp_path / "air.typ", font_paths=[str(FONTS)], ignore_system_fonts=True)
    assert pdf
    assert b"SourceSansPro-Bold" in pdf
    document = pypdfium2.PdfDocument(pdf)
    words = document[0].get_textpage().get_text_bounded()
    assert "IO21" in words
    assert "SCL" in words
