"""Whether each challenge stands in the text, has a solution, and a proof that can be tried."""

from collections.abc import Iterator

from curriculum.document.nodes import Blocks, Code, Heading
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject, section_pages
from curriculum.model import Proof
from kit.catalogue import Build
from kit.i18n import _


def challenge_heading(subject: Subject) -> Iterator[Mistake]:
    """Find challenges without a heading in the text, and headings without a challenge."""
    if subject.front is None:
        return
    wanted = [f"challenge-{n}" for n in range(1, len(subject.front.challenges) + 1)]
    for page in subject.booklets.values():
        line, blocks = section_pages(page).get("challenges", (0, ()))
        headings = [block for block in blocks if isinstance(block, Heading) and block.level == 3]
        ids = [block.id for block in headings if block.id.startswith("challenge-")]
        if ids != wanted:
            yield Mistake(
                page.path,
                line,
                _(
                    "The headings of the challenges are “{found}”.",
                    found=", ".join(ids) or "–",
                ),
                _("They have to be, in this order: {wanted}.", wanted=", ".join(wanted)),
            )


def solution_missing(subject: Subject) -> Iterator[Mistake]:
    """Find challenges without a solution, and solutions without a challenge."""
    if subject.front is None:
        return
    folder = subject.folder / "solutions"
    wanted = {f"{n}.py" for n in range(1, len(subject.front.challenges) + 1)}
    there = {path.name for path in folder.glob("*.py")}
    for name in sorted(wanted - there):
        yield Mistake(
            folder / name,
            0,
            _("The solution {name} is not there.", name=name),
            _("Write the whole program: it runs in the tests."),
        )
    for name in sorted(there - wanted):
        yield Mistake(
            folder / name,
            0,
            _("No challenge belongs to the solution {name}.", name=name),
            _("Add the challenge to the front matter, or remove the file."),
        )


def solution_quoted(subject: Subject) -> Iterator[Mistake]:
    """Find challenges whose solution is not shown."""
    if subject.front is None:
        return
    for page in subject.booklets.values():
        line, blocks = section_pages(page).get("challenges", (0, ()))
        shown = {block.attributes.get("solution") for block in _codes(blocks)}
        for number in range(1, len(subject.front.challenges) + 1):
            if str(number) not in shown:
                yield Mistake(
                    page.path,
                    line,
                    _("The solution of challenge {n} is not shown.", n=number),
                    _("Quote its lines: ```python solution={n}", n=number),
                )


def proof_names(subject: Subject) -> Iterator[Mistake]:
    """Find proofs about parts, channels or commands that the build does not have."""
    if subject.front is None:
        return
    for number, challenge in enumerate(subject.front.challenges, 1):
        build = subject.challenge_build(number)
        if build is None:
            continue
        for step in challenge.proof:
            for name, known in _unknown_names(step, build):
                yield Mistake(
                    subject.main,
                    0,
                    _(
                        "The proof of challenge {n} names “{name}”, which {build} does not have.",
                        n=number,
                        name=name,
                        build=build.id,
                    ),
                    _("Take one of: {known}.", known=", ".join(known)),
                )


def proof_sees(subject: Subject) -> Iterator[Mistake]:
    """Find proofs that see nothing, and would therefore hold for any program."""
    if subject.front is None:
        return
    for number, challenge in enumerate(subject.front.challenges, 1):
        if not any(_sees(step) for step in challenge.proof):
            yield Mistake(
                subject.main,
                0,
                _("The proof of challenge {n} looks at nothing.", n=number),
                _("Say what is to be seen: sends, says, prints, shows or every."),
            )


def _codes(blocks: Blocks) -> Iterator[Code]:
    return (block for block in blocks if isinstance(block, Code))


def _sees(step: Proof) -> bool:
    return bool(step.sends or step.says or step.prints or step.shows or step.every)


def _unknown_names(step: Proof, build: Build) -> Iterator[tuple[str, list[str]]]:
    parts = [part.id for part in build.parts]
    channels = [channel.id for channel in build.channels]
    commands = [command.id for command in build.commands]
    for name in (*([step.press] if step.press else []), *step.unplug, *step.plug):
        if name not in parts:
            yield name, parts
    for name in step.sends:
        if name not in channels:
            yield name, channels
    for name in step.command:
        if name not in commands:
            yield name, commands
