"""The picture of a badge, as SVG; and the badge itself put into it (Open Badges 3.0, section 5.3).

A picture is shown by any viewer; software for badges finds the signed token in it.
"""

import re
from html import escape

from gateway.badges.achievement import Definition

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_CREDENTIAL = "<openbadges:credential"
_VERIFY = re.compile(_CREDENTIAL + r"\s[^>]*?\bverify\s*=\s*[\"']([A-Za-z0-9_.-]+)[\"']")
_COLOURS = ("#0072B2", "#00795A", "#B34E00", "#9C4A7E")
"""Of the palette of the pages, dark enough for white letters on them (4.5:1)."""
_LINE = 15
_LARGE, _SMALL = 28, 22


def picture(definition: Definition, language: str, token: str = "") -> str:
    """Return the picture of a badge; with ``token``, the badge of one learner."""
    lines = _lines(definition.name[language])
    size = _LARGE if max(map(len, lines)) <= _LINE - 3 else _SMALL
    first = 176 - (len(lines) - 1) * size * 0.6
    words = "".join(
        f'<text x="150" y="{first + n * size * 1.2:.0f}" font-size="{size}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    baked = f'<openbadges:credential verify="{token}"/>' if token else ""
    colour = _COLOURS[int(definition.module.removeprefix("M")) % len(_COLOURS)]
    name = escape(definition.name[language], quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{NAMESPACE}"'
        f' viewBox="0 0 300 300" role="img" aria-label="{name}">{baked}'
        f'<path fill="{colour}" d="M150 6 275 78v144l-125 72L25 222V78z"/>'
        '<path fill="none" stroke="#fff" stroke-width="4"'
        ' d="M150 24 259 87v126l-109 63L41 213V87z"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Source Sans Pro, sans-serif"'
        ' font-weight="700">'
        f'<text x="150" y="96" font-size="44">{definition.module}</text>{words}'
        '<text x="150" y="250" font-size="17" font-weight="400">Fab’Num</text></g></svg>'
    )


def token_in(svg: str) -> str | None:
    """Return the token that was put into a picture, or ``None``."""
    # Looked for once: a text full of beginnings would else keep the machine busy for long.
    begins = svg.find(_CREDENTIAL)
    found = _VERIFY.match(svg, begins) if begins >= 0 else None
    return found[1] if found else None


def _lines(name: str) -> list[str]:
    """Return a name in lines that fit into the badge."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
