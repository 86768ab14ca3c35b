"""Images from the internet: one address, or the newest for each chip from micropython.org.

Only https is followed (http on this PC itself). A file counts as an image only when its bytes say
so, as with files from anywhere else.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import urllib3

from provisioning import cards
from provisioning.images import names
from provisioning.images.adding import LARGEST_BYTES, Claim
from provisioning.images.folder import ImageFolder
from provisioning.images.model import CHIPS, Chip, Image

MICROPYTHON = "https://micropython.org"

WANTED_VARIANTS = ("", "FLASH_4M")
"""What is fetched of a chip: the usual image, and the one for an S3 with less flash."""

Progress = Callable[[float, str], None]
"""Hears how much of a file is there, from 0 to 1, and its name."""

_PAGE_BYTES = 4 << 20
_CHUNK_BYTES = 64 << 10
_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_MOST_HOPS = 5


def add(
    folder: ImageFolder, address: str, claim: Claim | None = None, progress: Progress | None = None
) -> Image:
    """Fetch one image and add it to a folder.

    Raises CardError: ``image-offline``, ``image-refused``, and those of ``ImageFolder.add``.
    """
    claim = claim or Claim()
    name = unquote(urlsplit(address).path).rpartition("/")[2] or "image.bin"
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "image"
        _fetch(address, file, LARGEST_BYTES, lambda part: progress and progress(part, name))
        return folder.add(
            file,
            Claim(claim.chip, claim.version, claim.sha256, name=name, source=address),
        )


def newest(chip: Chip, site: str = MICROPYTHON) -> list[str]:
    """Return the addresses of the newest release for a chip, read from its download page.

    Raises CardError ``image-offline``, or ``image-refused`` if the page names none.
    """
    page = f"{site}/download/{chip.board}/"
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "page"
        _fetch(page, file, _PAGE_BYTES)
        text = file.read_text(encoding="utf-8", errors="replace")
    best: dict[str, tuple[tuple[int, ...], str]] = {}
    for path in re.findall(r'href="([^"]+\.bin)"', text):
        found = names.parse(path.rpartition("/")[2])
        if found is None or found.board != chip.board or "-" in found.version:
            continue
        version = tuple(map(int, found.version.split(".")))
        candidate = (version, urljoin(page, path))
        if found.variant in WANTED_VARIANTS:
            best[found.variant] = max(best.get(found.variant, candidate), candidate)
    if not best:
        raise cards.failure("image-refused", page)
    return [address for _version, address in best.values()]


def add_newest(
    folder: ImageFolder, site: str = MICROPYTHON, progress: Progress | None = None
) -> list[Image]:
    """Add the newest release for each chip of the kit that is not there yet.

    Returns the images of these releases, new ones and those that were there.
    """
    there = {image.file: image for image in folder.images()}
    images = []
    for chip in CHIPS.values():
        for address in newest(chip, site):
            known = there.get(address.rpartition("/")[2])
            images.append(known or add(folder, address, progress=progress))
    return images


def _fetch(
    address: str, target: Path, most_bytes: int, hear: Callable[[float], object] | None = None
) -> None:
    """Fetch a file whole, or fail with a card."""
    with urllib3.PoolManager() as pool, _reaching(address), target.open("wb") as file:
        answer = _answer(pool, address)
        length = int(answer.headers.get("Content-Length") or 0)
        got = 0
        for chunk in answer.stream(_CHUNK_BYTES):
            got += file.write(chunk)
            if got > most_bytes:
                answer.close()
                raise cards.failure("image-unknown", f"> {most_bytes >> 20} MB")
            if hear and length:
                hear(got / length)


def _answer(pool: urllib3.PoolManager, address: str) -> urllib3.BaseHTTPResponse:
    """Return the server's answer that holds the file, after following where it leads."""
    for _hop in range(_MOST_HOPS):
        _check_address(address)
        answer = pool.request(
            "GET", address, preload_content=False, timeout=_TIMEOUT, retries=False, redirect=False
        )
        if answer.status == 200:
            return answer
        further = answer.get_redirect_location()
        if not further:
            raise cards.failure("image-refused", f"{address}: HTTP {answer.status}")
        address = urljoin(address, further)
    raise cards.failure("image-refused", address)


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or parts.scheme not in (("https", "http") if here else ("https",)):
        raise cards.failure("image-refused", address)


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """Turn what keeps a server from being reached into its card."""
    host = urlsplit(address).hostname or address
    try:
        yield
    except urllib3.exceptions.LocationParseError:
        raise cards.failure("image-refused", address) from None
    except urllib3.exceptions.HTTPError as error:
        raise cards.failure("image-offline", f"{host}: {type(error).__name__}") from None
