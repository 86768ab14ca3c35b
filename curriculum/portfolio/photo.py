"""What sort of picture a file holds, and whether it can be printed: a damaged one spoils a PDF."""

from pathlib import Path

import typst

_BEGINNINGS = {b"\xff\xd8": "jpg", b"\x89P": "png", b"RI": "webp"}


def format_of(path: Path) -> str:
    """Return what a picture is by its first bytes, whatever its name says; empty if it is none."""
    with path.open("rb") as file:
        return _BEGINNINGS.get(file.read(2), "")


def is_printable(path: Path) -> bool:
    """Return whether the program that makes the PDF can read a picture."""
    format_ = format_of(path)
    if not format_:
        return False
    source = f'#image(sys.inputs.file, format: "{format_}", alt: "")'
    try:
        typst.compile(  # type: ignore[call-overload]  # its stubs want bytes twice
            source.encode(), root=path.parent, sys_inputs={"file": f"/{path.name}"}, format="pdf"
        )
    except typst.TypstError:
        return False
    return True
