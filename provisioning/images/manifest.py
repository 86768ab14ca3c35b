"""The list of a folder's images, ``manifest.toml``: read, checked, written.

    [[images]]
    file = "ESP32_GENERIC-20241129-v1.24.1.bin"
    chip = "esp32"
    …

The fields are those of :class:`provisioning.images.model.Image`.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from provisioning import cards
from provisioning.images.model import CHIPS, Image

NAME = "manifest.toml"

_HEAD = """\
# The MicroPython images in this folder. “fabnum images add” writes this list.
"""


class _Entry(BaseModel):
    """One image in the list. Its file lies in the same folder, so its name has no separator."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(pattern=r"^\w[\w.+-]*\.bin$")
    chip: str
    board: str = ""
    variant: str = ""
    version: str = Field(min_length=1)
    offset: int
    flash_bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: str = ""

    @model_validator(mode="after")
    def _right_place(self) -> "_Entry":
        if self.chip not in CHIPS:
            raise ValueError(f"chip “{self.chip}”?")
        if self.offset != CHIPS[self.chip].offset:
            raise ValueError(f"offset {self.offset:#x}: a {self.chip} would not start from there")
        return self


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    images: list[_Entry] = []


def read(folder: Path) -> Iterator[Image]:
    """Yield the images listed in a folder; none if it has no list.

    Raises CardError ``image-manifest`` where the list cannot be read.
    """
    try:
        listed = _List.model_validate(tomllib.loads((folder / NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise cards.failure("image-manifest", f"{place}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise cards.failure("image-manifest", str(error)) from None
    for entry in listed.images:
        yield Image(folder / entry.file, **entry.model_dump(exclude={"file"}))


def text(images: Iterable[Image]) -> str:
    """Return the list of these images, sorted so that the same images give the same text."""
    ordered = sorted(images, key=lambda image: (image.chip, image.file))
    return _HEAD + "".join(f"\n[[images]]\n{_lines(image)}" for image in ordered)


def _lines(image: Image) -> str:
    return (
        f"file = {_quoted(image.file)}\n"
        f"chip = {_quoted(image.chip)}\n"
        f"board = {_quoted(image.board)}\n"
        f"variant = {_quoted(image.variant)}\n"
        f"version = {_quoted(image.version)}\n"
        f"offset = {image.offset:#x}\n"
        f"flash_bytes = {image.flash_bytes}\n"
        f"sha256 = {_quoted(image.sha256)}\n"
        f"source = {_quoted(image.source)}\n"
    )


def _quoted(words: str) -> str:
    """Return a TOML basic string: JSON's strings are such, but for DEL (TOML 1.0, “String”)."""
    plain = words.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")
