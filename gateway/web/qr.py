"""QR codes as drawings within a page: dark on light in every scheme, as telephones want them."""

from functools import lru_cache

import segno
from markupsafe import Markup

QUIET_ZONE = 4
"""Modules of light around the code (ISO/IEC 18004, 7.3.7)."""


@lru_cache(maxsize=64)
def qr_svg(address: str) -> Markup:
    """Return the QR code of an address as an SVG element that takes the size of its box."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(svg)  # noqa: S704 - segno's own drawing; the address is in it as modules only
