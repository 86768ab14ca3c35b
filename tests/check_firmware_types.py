"""Type-check the firmware against MicroPython's own stubs, instead of CPython's standard library.

    python tests/check_firmware_types.py [FILE …]

Without files: the firmware, the drivers and the programs of all builds. The exit code is mypy's; 3
if the stubs are not there and could not be fetched.

The stubs replace those of the standard library, so they must not lie in the environment that checks
the gateway: they have a folder of their own, filled once.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUBS = "micropython-esp32-stubs==1.29.0.post1"
FOLDER = ROOT / ".build" / "typings-micropython-esp32-1.29.0.post1"
STAMP = FOLDER / ".complete"
DEVICE = ROOT / "device"


def main(arguments: list[str]) -> int:
    """Check, and return the exit code."""
    if not STAMP.exists() and not fetch_stubs():
        sys.stderr.write(f"{STUBS} could not be fetched: the firmware's types are not checked.\n")
        return 3
    files = arguments or [str(path) for path in firmware_files()]
    command = [sys.executable, "-m", "mypy", f"--config-file={write_configuration()}", *files]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def firmware_files() -> list[Path]:
    """Return what runs on the board."""
    patterns = ("fabnum/**/*.py", "drivers/**/*.py", "builds/*/main.py")
    files = [path for pattern in patterns for path in sorted(DEVICE.glob(pattern))]
    return [_under_a_name_for_mypy(path) for path in files]


def _under_a_name_for_mypy(path: Path) -> Path:
    """Return a copy of a file whose folder is called what no module may be: ``air-lamp``."""
    if "-" not in path.parent.name:
        return path
    copy = FOLDER.parent / "programs" / (path.parent.name.replace("-", "_") + ".py")
    copy.parent.mkdir(parents=True, exist_ok=True)
    (copy.parent / "__init__.py").touch()
    shutil.copyfile(path, copy)
    return copy


def fetch_stubs() -> bool:
    """Install the stubs into their folder; return whether that worked."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(FOLDER), STUBS]
    if subprocess.run(command, check=False).returncode != 0:
        return False
    STAMP.touch()
    return True


def write_configuration() -> Path:
    """Write mypy's configuration and return its path.

    What stands beside the folder ``stdlib`` of the stubs is not part of mypy's typeshed: it is
    found by ``mypy_path``, and the errors that it has of its own are not ours.
    """
    modules = sorted(
        path.stem if path.suffix == ".pyi" else f"{path.name}.*"
        for path in FOLDER.iterdir()
        if path.suffix == ".pyi" or (path.is_dir() and any(path.glob("*.pyi")))
    )
    path = FOLDER / "mypy.ini"
    path.write_text(
        "[mypy]\n"
        "strict = True\n"
        "python_version = 3.11\n"
        f"custom_typeshed_dir = {FOLDER}\n"
        f"mypy_path = {FOLDER}:{DEVICE}\n"
        "no_site_packages = True\n"
        "explicit_package_bases = True\n"
        f"cache_dir = {ROOT / '.mypy_cache' / 'firmware'}\n"
        "enable_error_code = ignore-without-code, redundant-expr, truthy-bool\n"
        # Learners write the programs of the builds: no annotations are asked of them.
        "\n[mypy-builds.*,programs.*]\n"
        "disallow_untyped_defs = False\n"
        "disallow_untyped_calls = False\n"
        "disallow_untyped_decorators = False\n"
        f"\n[mypy-{','.join(modules)}]\n"
        "ignore_errors = True\n",
        encoding="utf-8",
    )
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
