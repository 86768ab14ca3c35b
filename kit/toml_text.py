"""Texts as TOML writes them (https://toml.io/en/v1.0.0): Python reads TOML, and writes none."""

from collections.abc import Iterable


def quoted(text: str) -> str:
    """Return ``text`` as a TOML basic string (TOML 1.0, “String”)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    )


def listed(texts: Iterable[str]) -> str:
    """Return ``texts`` as a TOML array."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"
