"""`./fabnum test [SUITE] [PYTEST ARGUMENTS]`: everything that must hold, in one command.

SUITE is `fast` (seconds), `all` (the default: everything) or `check` (style and types only). Real
servers that Debian packages are installed first when this runs as root; otherwise the tests that
need one are skipped, and this says so.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests import second_attempt

ROOT = Path(__file__).resolve().parent.parent
SERVERS = {
    "mosquitto": ("mosquitto", "/usr/sbin/mosquitto"),
    "influxdb": ("influxd", "/usr/bin/influxd"),
    "victoria-metrics": ("victoria-metrics", "/usr/bin/victoria-metrics"),
    "chromium": ("chromium", "/usr/bin/chromium"),
    "grammalecte-cli": ("grammalecte-cli", "/usr/bin/grammalecte-cli"),
}
"""Debian package → (program, where Debian puts it)."""

CHECKS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "firmware types": ["tests.check_firmware_types"],
}
SIDE_BY_SIDE = ["-n", "3", "--dist", "worksteal"]
"""Three tests at a time: most of them wait for boards, brokers and browsers."""

SUITES = {
    "fast": f"not ({' or '.join(second_attempt.MARKS)})",
    "all": "",
}


def main(arguments: list[str]) -> int:
    """Run the checks, then the tests; say how it went and return the exit code."""
    started = time.monotonic()
    code, only_alone = run(arguments)
    outcome = "passed" if code == 0 else "FAILED"
    print(f"./fabnum test: {outcome} in {time.monotonic() - started:.0f} s")
    for test in only_alone:
        print(f"passed only when run alone: {test}; look into it")
    return code


def run(arguments: list[str]) -> tuple[int, list[str]]:
    """Return the exit code, and the tests that passed at their second attempt only."""
    suite = arguments.pop(0) if arguments and arguments[0] in {*SUITES, "check"} else "all"
    if suite != "fast":
        install_servers()
    failed = [name for name, command in CHECKS.items() if not check(name, command)]
    if failed:
        print(f"Checks that failed: {', '.join(failed)}", flush=True)
        return 1, []
    if suite == "check":
        return 0, []
    marks = ["-m", SUITES[suite]] if SUITES[suite] else []
    return second_attempt.run([*SIDE_BY_SIDE, *marks, *arguments], ROOT)


def check(name: str, command: list[str]) -> bool:
    """Run one check of the code itself; its output is shown."""
    print(f"== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode == 0


def missing_servers() -> list[str]:
    """Return the Debian packages whose program is not on this machine."""
    return [
        package
        for package, (program, path) in SERVERS.items()
        if shutil.which(program) is None and not Path(path).exists()
    ]


def install_servers() -> None:
    """Install the missing real servers where that is possible, else say what will be skipped."""
    missing = missing_servers()
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"== Debian packages: {', '.join(missing)}", flush=True)
        with NoServiceStarts():
            apt(["update", "-qq"])
            for package in missing:  # one by one: one that this Debian lacks must not stop the rest
                apt(["install", "-y", "-qq", "--no-install-recommends", package])
        missing = missing_servers()
    if missing:
        print(
            f"Not installed: {', '.join(missing)}. The tests that need them are skipped. To run "
            f"them: sudo apt-get install {' '.join(missing)}",
            flush=True,
        )


def apt(arguments: list[str]) -> None:
    """Run apt-get without questions."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )


class NoServiceStarts:
    """While packages are installed, keep Debian from starting their services.

    The tests start their own servers on their own ports; a machine should not suddenly have an open
    InfluxDB because somebody ran the tests. Debian's means for it is `policy-rc.d`.
    """

    POLICY = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self.ours = not self.POLICY.exists()
        if self.ours:
            self.POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
            self.POLICY.chmod(0o755)

    def __exit__(self, *_: object) -> None:
        if self.ours:
            self.POLICY.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
