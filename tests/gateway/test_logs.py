"""What is logged can be read, by people and programs, and holds no secret in any form."""

import base64
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import logs
from gateway.logs import Style
from gateway.masking import MASK, SHORTEST, Secrets

ROOT = Path(__file__).resolve().parents[2]
SECRET = 'pä"ss\\wo\nrd+1'
STYLES: tuple[Style, ...] = ("text", "journal", "json")

log = logging.getLogger("gateway.test")


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.OWN}
    monkeypatch.setattr(logs, "secrets", Secrets())
    yield
    logging.captureWarnings(capture=False)
    root.handlers, root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def written(style: Style, write: Callable[[], object], *hidden: str) -> str:
    """Return what ``write`` makes the log say."""
    secrets = Secrets()
    for value in hidden:
        secrets.add(value)
    logs.secrets = secrets
    stream = io.StringIO()
    logging.getLogger().handlers = []  # pytest's own would fail on purpose where ours must not
    logs.configure(style=style, stream=stream)
    write()
    return stream.getvalue()


def fail(words: str = f"the password is {SECRET}") -> None:
    try:
        refuse(words)
    except ValueError:
        log.exception("It failed.")


def refuse(words: str) -> None:
    raise ValueError(words)


def test_a_line_for_people_has_time_urgency_place_sentence_and_pairs() -> None:
    line = written(
        "text",
        lambda: log.warning("Made %s.", "it", extra={"town": "hem", "words": "a b", "count": 3}),
    )
    clock, rest = line.split(" ", 1)
    assert len(clock.split(":")) == 3
    assert rest == 'WARNING gateway.test: Made it. town=hem words="a b" count=3\n'


def test_a_line_for_journald_begins_with_its_urgency_and_has_no_time() -> None:
    assert written("journal", lambda: log.info("Up.")) == "<6>gateway.test: Up.\n"
    assert written("journal", lambda: log.error("Down.")) == "<3>gateway.test: Down.\n"


def test_every_line_of_a_traceback_has_the_urgency() -> None:
    lines = written("journal", fail).splitlines()
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)


def test_a_line_for_programs_is_a_json_object() -> None:
    line = written("json", lambda: log.info("Made it.", extra={"town": "hem", "level": "forged"}))
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "info",
        "logger": "gateway.test",
        "message": "Made it.",
        "town": "hem",
    }


def test_a_traceback_is_kept() -> None:
    assert "ValueError" in json.loads(written("json", fail))["traceback"]
    assert "Traceback" in written("text", fail)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "write",
    [
        lambda: log.info("token %s", SECRET),
        lambda: log.info("token %r", SECRET),
        lambda: log.info("token %r", SECRET.encode()),
        lambda: log.info(f"token {SECRET}"),  # noqa: G004 - as careless code writes it
        lambda: log.info("sent %s", json.dumps({"token": SECRET})),
        lambda: log.info("GET /?token=%s", quote(SECRET)),
        lambda: log.info("Basic %s", base64.b64encode(SECRET.encode()).decode()),
        lambda: log.info("made", extra={"token": SECRET}),
        lambda: log.info("made", extra={"headers": {"token": SECRET}}),
        lambda: log.info("%d arguments that do not fit", SECRET),
        fail,
    ],
    ids=[
        *("argument", "repr", "bytes", "f-string", "json", "url", "basic", "extra", "nested"),
        *("misfit", "traceback"),
    ],
)
def test_no_secret_appears_however_it_is_written(style: Style, write: Callable[[], object]) -> None:
    text = written(style, write, SECRET)
    assert MASK in text
    for form in (
        SECRET,
        repr(SECRET)[1:-1],
        json.dumps(SECRET)[1:-1],
        quote(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        "rd+1",
    ):
        assert form not in text


@given(
    secrets=st.lists(st.text("abcXYZ'\"\\/é €\n\t%+=", min_size=6), min_size=1, max_size=4),
    around=st.text("abcXYZ'\"\\/é €\n\t%+="),
    style=st.sampled_from(STYLES),
)
def test_whatever_the_secrets_are_none_appears(
    secrets: list[str], around: str, style: Style
) -> None:
    def write() -> None:
        for secret in secrets:
            log.info("%s%s%r", around, secret, secret, extra={"field": secret + around})

    text = written(style, write, *secrets)
    said = (
        "".join(
            json.loads(line)["message"] + json.loads(line)["field"]
            for line in text.split("\n")[:-1]
        )
        if style == "json"
        else text
    )
    assert not any(secret in said for secret in secrets)


def test_of_two_secrets_that_begin_alike_the_longer_leaves_no_rest() -> None:
    secrets = Secrets()
    secrets.add("hush-hush")
    secrets.add("hush-hush-and-more")
    assert secrets.masked("it is hush-hush-and-more.") == f"it is {MASK}."


def test_what_is_too_short_to_be_a_secret_does_not_blank_the_log() -> None:
    assert "Made a database" in written("text", lambda: log.info("Made a database"), "a")
    assert SHORTEST > 1


def test_everything_in_the_secrets_folder_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "influx-token").write_text("hush-hush\n")
    stream = io.StringIO()
    logs.configure(tmp_path, style="text", stream=stream)
    log.info("it is hush-hush.")
    assert "hush" not in stream.getvalue()


def test_a_secrets_folder_that_is_missing_is_no_fault(tmp_path: Path) -> None:
    logs.configure(tmp_path / "none", style="text", stream=io.StringIO())


@pytest.mark.parametrize("style", STYLES)
@given(st.text())
def test_nobody_can_forge_a_line(style: Style, words: str) -> None:
    text = written(style, lambda: log.info("said %s", words, extra={"words": words}))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    text.encode()
    if style == "json":
        assert json.loads(text)["message"] == f"said {words}"
        assert json.loads(text)["words"] == words


def test_a_traceback_cannot_look_like_a_line() -> None:
    forged = "x\n09:00:00 INFO    gateway: forged\x1b[2J"
    first, *others = written("text", lambda: fail(forged)).splitlines()
    assert "It failed." in first
    assert all(line.startswith("    ") for line in others)
    assert all("\x1b" not in line for line in others)


def test_libraries_speak_from_a_warning_on() -> None:
    def write() -> None:
        logging.getLogger("urllib3").info("chatter")
        logging.getLogger("urllib3").warning("worth it")
        log.info("ours")

    text = written("text", write)
    assert "chatter" not in text
    assert "worth it" in text
    assert "ours" in text


def test_configuring_again_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    logs.configure(style="text", stream=first)
    logs.configure(style="text", stream=second)
    log.info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


@pytest.mark.parametrize("journal", [True, False])
def test_under_systemd_the_style_is_journalds_else_json(tmp_path: Path, journal: bool) -> None:
    target = tmp_path / "log"
    program = (
        "import logging; from gateway import logs; logs.configure();"
        "logging.getLogger('gateway').info('\\u00e9t\\u00e9')"
    )
    with target.open("wb") as stream:
        found = os.fstat(stream.fileno())
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0"}
        if journal:
            environment["JOURNAL_STREAM"] = f"{found.st_dev}:{found.st_ino}"
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, stderr=stream, check=True
        )
    line = target.read_bytes().decode("utf-8")
    assert line.startswith("<6>gateway: " if journal else "{")


def test_a_line_that_cannot_be_written_is_mentioned_without_its_contents(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = io.StringIO()
    logs.configure(style="text", stream=stream)
    stream.close()
    log.info("it is %s", "hush-hush")
    error = capsys.readouterr().err
    assert "gateway.test" in error
    assert "hush" not in error
