"""Paper: what a typst template makes of a document, as a PDF that a screen reader reads (PDF/UA-1).

The document comes to the template as JSON in ``sys.inputs.document``; the fonts come with the kit.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from kit.errors import FabnumError
from kit.i18n import _


def pdf(template: Path, document: Mapping[str, Any], *, root: Path | None = None) -> bytes:
    """Return the PDF of a document. Raises typst.TypstError, for a letter without drawing too.

    ``root``: the folder that the template may read pictures from; its own, where none is given.
    """
    compiler = typst.Compiler(
        input=template,
        root=root or template.parent,
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
    )
    compiled = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(time.time()))
    assert isinstance(compiled, bytes)
    return compiled


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a viewer may have the one before open.

    Raises FabnumError if it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
            _("Close it if it is open, or name another file."),
        ) from None
