"""Learners' PCs run Linux, macOS or Windows: nothing may need POSIX to be imported."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PACKAGES = ("kit", "provisioning", "gateway")

ON_WINDOWS = (
    """
import importlib.abc, os, signal, socket, sys, types

MODULES = {
    "_posixsubprocess", "crypt", "curses", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty",
    "pwd", "readline", "resource", "spwd", "syslog", "termios", "tty", "uvloop",
}
NAMES = {
    os: {
        "chown", "chroot", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups",
        "getpgid", "getuid", "killpg", "lchown", "mkfifo", "nice", "openpty", "pipe2", "setgid",
        "setsid", "setuid", "statvfs", "sysconf", "ttyname", "uname", "wait3", "wait4",
        "sched_getaffinity", "WIFSIGNALED", "WTERMSIG", "WNOHANG", "O_NONBLOCK", "O_NOCTTY",
    },
    signal: {
        "SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH",
        "alarm", "pthread_sigmask", "setitimer",
    },
    socket: {"AF_UNIX", "socketpair_unix", "SO_REUSEPORT"},
}
OURS = {"kit", "provisioning", "gateway", "dashboards", "device"}

def is_ours(frame):
    """
    + '"' * 3
    + """Whether the code of a frame is the kit's: others have a way of their own on Windows."""
    + '"' * 3
    + """
    return frame.f_globals.get("__name__", "").partition(".")[0] in OURS

class Lacking(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in MODULES:
            return
        frame = sys._getframe(1)
        while "importlib" in frame.f_globals.get("__name__", ""):
            frame = frame.f_back
        if is_ours(frame):
            raise ModuleNotFoundError(f"No module named {name!r} on Windows", name=name)

class Module(types.ModuleType):
    def __getattribute__(self, name):
        if name in NAMES[self] and is_ours(sys._getframe(1)):
            raise AttributeError(f"no {name} on Windows")
        return super().__getattribute__(name)

sys.meta_path.insert(0, Lacking())
for name in MODULES:
    sys.modules.pop(name, None)
for module in NAMES:
    module.__class__ = Module
"""
)

BEGIN = (
    ON_WINDOWS
    + """
import importlib, traceback
failed = False
for module in sys.argv[1:]:
    try:
        importlib.import_module(module)
    except Exception:
        failed = True
        print(module)
        traceback.print_exc(file=sys.stdout)
sys.exit(failed)
"""
)


def modules_of(package: str) -> list[str]:
    """Return all modules of a package by name; they are found by their files, not by importing."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__main__.py"
    ]


def import_as_on_windows(*modules: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_can_be_imported_where_there_is_no_posix(package: str) -> None:
    outcome = import_as_on_windows(*modules_of(package))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    "line", ["import termios", "import fcntl", "import uvloop", "import os; os.fork"]
)
def test_what_windows_lacks_would_be_noticed(tmp_path: Path, line: str) -> None:
    """Show that the test above can fail: a module as ours, with one such line."""
    (tmp_path / "provisioning").mkdir()
    (tmp_path / "provisioning" / "needs_posix.py").write_text(line + "\n")
    outcome = subprocess.run(
        [sys.executable, "-c", BEGIN, "provisioning.needs_posix"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "needs_posix" in outcome.stdout
