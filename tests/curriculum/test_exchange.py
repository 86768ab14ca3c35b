"""Modules go from site to site; what is no module, or could do harm, stays outside."""

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum import exchange, new, reading
from curriculum.exchange import FaultyModuleError, Taken, give, take
from curriculum.known import Known
from kit.cli.curriculum_known import known
from kit.errors import FabnumError


@pytest.fixture(scope="module")
def told() -> Known:
    return known()


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return new.make("lamp", "M10", tmp_path / "there")


@pytest.fixture
def archive(module: Path, tmp_path: Path) -> Path:
    give(module, tmp_path / "lamp.zip")
    return tmp_path / "lamp.zip"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "here"


def edit(folder: Path, old: str, new: str) -> None:
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def is_empty(folder: Path) -> bool:
    return not folder.exists() or list(folder.iterdir()) == []


def test_a_module_arrives_as_it_left(module: Path, archive: Path, here: Path, told: Known) -> None:
    assert take(archive, here, told) == Taken("M10", "0.1.0", "new", here / "10-lamp")
    assert contents(here / "10-lamp") == contents(module)
    assert [folder.name for folder in here.iterdir()] == ["10-lamp"]


def test_the_same_module_is_the_same_file(module: Path, archive: Path, tmp_path: Path) -> None:
    give(module, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_a_newer_version_takes_the_place_and_an_older_one_does_not(
    module: Path, archive: Path, here: Path, tmp_path: Path, told: Known
) -> None:
    take(archive, here, told)
    assert take(archive, here, told).result == "same"
    edit(module, "0.1.0", "0.10.0")
    newer = tmp_path / "newer.zip"
    give(module, newer)
    assert take(newer, here, told) == Taken("M10", "0.10.0", "replaced", here / "10-lamp", "0.1.0")
    assert contents(here / "10-lamp") == contents(module)
    with pytest.raises(FabnumError) as refusal:
        take(archive, here, told)
    assert "0.10.0" in refusal.value.cause
    assert contents(here / "10-lamp") == contents(module)


def test_the_kits_own_modules_are_never_replaced(tmp_path: Path, here: Path, told: Known) -> None:
    own = reading.folders()[0]
    module = reading.load(own)
    copy = new.make(module.front.build, module.front.id, tmp_path)
    edit(copy, "0.1.0", "99.0.0")
    give(copy, tmp_path / "other.zip")
    before = contents(own)
    with pytest.raises(FabnumError):
        take(tmp_path / "other.zip", here, told)
    assert is_empty(here)
    assert contents(own) == before


def test_a_module_with_mistakes_is_not_taken_in(
    module: Path, here: Path, tmp_path: Path, told: Known
) -> None:
    edit(module, "board: build-lamp", "board: build-lampe")
    give(module, tmp_path / "faulty.zip")
    with pytest.raises(FaultyModuleError) as refusal:
        take(tmp_path / "faulty.zip", here, told)
    assert "no-such-board" in {finding.code for finding in refusal.value.findings}
    assert is_empty(here)


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def with_entry(
    name: str, content: bytes = b"x", mode: int = stat.S_IFREG
) -> Callable[[Path], None]:
    def add(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(entry(name, mode), content)

    return add


def encrypted(path: Path) -> None:
    """Say of the first file that it is encrypted, as a password-protected archive does."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(content)


HARMFUL = {
    "a path that leaves the folder": with_entry("10-lamp/../../evil.md"),
    "a path from the root": with_entry("/etc/fr.md"),
    "a path of Windows": with_entry("10-lamp\\..\\evil.md"),
    "a link": with_entry("10-lamp/de.md", b"/etc/passwd", stat.S_IFLNK),
    "a program": with_entry("10-lamp/setup.sh"),
    "a hidden file": with_entry("10-lamp/.env.md"),
    "a second folder": with_entry("11-air/fr.md"),
    "a file twice": with_entry("10-lamp/fr.md"),
    "a picture with a program": with_entry("10-lamp/a.svg", b"<svg><script>1</script></svg>"),
    "a picture that acts": with_entry("10-lamp/a.svg", b"<svg><a onclick='x()'/></svg>"),
    "a picture that asks others": with_entry("10-lamp/a.svg", b"<image href='https://a.b/c'/>"),
    "a file that swells": with_entry("10-lamp/a.png", b"\0" * (exchange.LARGEST_FILE + 1)),
    "another language without a text": with_entry("10-lamp/solutions/../de.md"),
    "a password": encrypted,
}


@pytest.mark.parametrize("harm", HARMFUL)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_could_do_harm_is_refused_whole(
    harm: str, archive: Path, here: Path, told: Known
) -> None:
    HARMFUL[harm](archive)
    with pytest.raises(FabnumError):
        take(archive, here, told)
    assert is_empty(here)


def test_too_many_files_are_refused(archive: Path, here: Path, told: Known) -> None:
    for number in range(exchange.MOST_FILES):
        with_entry(f"10-lamp/p{number}.png")(archive)
    with pytest.raises(FabnumError):
        take(archive, here, told)


def test_files_that_are_too_large_together_are_refused(
    archive: Path, here: Path, told: Known
) -> None:
    for number in range(exchange.LARGEST_MODULE // exchange.LARGEST_FILE + 1):
        with_entry(f"10-lamp/p{number}.png", b"\0" * exchange.LARGEST_FILE)(archive)
    with pytest.raises(FabnumError):
        take(archive, here, told)


@given(data=st.data())
def test_a_damaged_file_is_whole_or_is_refused(data: st.DataObject, tmp_path_factory) -> None:
    root = tmp_path_factory.getbasetemp() / "damaged"
    if not root.exists():
        give(new.make("lamp", "M10", root), root / "lamp.zip")
    path = root / "damaged.zip"
    content = bytearray((root / "lamp.zip").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    path.write_bytes(content)
    try:
        files = exchange.contents(path)
    except FabnumError:
        return
    sound = {f"10-lamp/{name}": text for name, text in contents(root / "10-lamp").items()}
    assert all(sound[str(name)] == text for name, text in files.items())


def test_a_file_that_is_not_there_is_said(here: Path, told: Known, tmp_path: Path) -> None:
    with pytest.raises(FabnumError):
        take(tmp_path / "none.zip", here, told)
