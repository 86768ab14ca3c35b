"""Paper: what a typst template makes of a document, as a PDF that a screen reader reads (PDF/UA-1).

The document comes to the template as JSON in ``sys.inputs.document``; the fonts come with the kit.
"""

import contextlib
import io
import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import font_source_sans_pro
import segno
import typst

from kit.errors import FabnumError
from kit.i18n import _

QUIET_MODULES = 4
"""White modules around a QR code: ISO/IEC 18004, 7.3.2."""
NOT_WRITTEN = re.compile(
    "[^ -~\u00a0-\u017f\u200b\u2010-\u2026\u2030-\u203a\u2080-\u2089\u20ac"
    "\u2190-\u2193\u21aa\u2212]"
)
"""What the fonts may lack: all but the letters and marks of Europe's Latin scripts."""
_NAMED_SO = "\u200b?"  # a line may end before it, which a bare "?" forbids
_LETTER_WITHOUT_DRAWING = "could not be displayed"


def pdf(template: Path, document: Mapping[str, Any], *, root: Path | None = None) -> bytes:
    """Return the PDF of a document. Raises typst.TypstError for a mistake in the template.

    PDF/UA allows no letter without its drawing: where one has none, all that the fonts may lack are
    named by question marks instead. ``root``: the folder that the template may read pictures from;
    its own, where none is given.
    """
    written = json.dumps(document, ensure_ascii=False)
    try:
        return _compiled(template, written, root)
    except typst.TypstError as error:
        if _LETTER_WITHOUT_DRAWING not in str(error):
            raise
        return _compiled(template, NOT_WRITTEN.sub(_NAMED_SO, written), root)


def qr_code(address: str) -> str:
    """Return a QR code as SVG, with the white around it that readers need.

    Error correction M, or better where it costs no module.
    """
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", border=QUIET_MODULES, xmldecl=False)
    return drawn.getvalue().decode()


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a viewer may have the one before open.

    Its folder is never made: that of a USB stick would then lie on the machine once the stick is
    gone. Raises FabnumError if it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
            _("Close it if it is open, or name another file."),
        ) from None


def _compiled(template: Path, written: str, root: Path | None) -> bytes:
    compiler = typst.Compiler(
        input=template,
        root=root or template.parent,
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        sys_inputs={"document": written},
    )
    compiled = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(time.time()))
    assert isinstance(compiled, bytes)
    return compiled
