"""Whether a module is the one that its folder, its build and its neighbours say it is."""

from collections.abc import Iterator

from curriculum import reading
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject, build_of
from kit import catalogue
from kit.i18n import _


def id_twice(subject: Subject) -> Iterator[Mistake]:
    """Find an id that another module has, too."""
    own = subject.head.get("id")
    for other in subject.others:
        if other.folder != subject.folder and own is not None and other.head.get("id") == own:
            yield Mistake(
                subject.main,
                0,
                _("“{id}” is also the id of {folder}.", id=own, folder=other.folder.name),
                _("Give one of the two another id."),
            )


def folder_name(subject: Subject) -> Iterator[Mistake]:
    """Find a folder that is not called after the number and the build: ``02-air``."""
    if subject.front is None or subject.folder == reading.TEMPLATE:
        return
    wanted = f"{subject.front.id.removeprefix('M')}-{subject.front.build}"
    if subject.folder.name != wanted:
        yield Mistake(
            subject.main,
            0,
            _("The folder is called “{name}”.", name=subject.folder.name),
            _("Call it “{wanted}”, after its id and its build.", wanted=wanted),
        )


def no_such_build(subject: Subject) -> Iterator[Mistake]:
    """Find builds that the catalogue does not have."""
    if subject.front is None:
        return
    front = subject.front
    named = [front.build, *front.also, *(c.build for c in front.challenges if c.build)]
    for build in dict.fromkeys(named):
        if build_of(build) is None:
            yield Mistake(
                subject.main,
                0,
                _("There is no build “{build}”.", build=build),
                _("Take one of: {known}.", known=", ".join(catalogue.builds())),
            )


def workshop_of_build(subject: Subject) -> Iterator[Mistake]:
    """Find a module whose build belongs to another workshop.

    A site's own module may be a further one for a build; its id is then that of no build.
    """
    if subject.front is None or subject.build is None:
        return
    own = subject.front.id
    taken = {build.workshop.id for build in map(catalogue.load_build, catalogue.builds())}
    if subject.build.workshop.id != own and (subject.is_of_the_kit or own in taken):
        yield Mistake(
            subject.main,
            0,
            _(
                "The build “{build}” belongs to the workshop {workshop}, not to {id}.",
                build=subject.build.id,
                workshop=subject.build.workshop.id,
                id=own,
            ),
            _("Correct the id, or the build."),
        )


def no_such_board(subject: Subject) -> Iterator[Mistake]:
    """Find a board that the kit does not have."""
    if subject.front is not None and subject.front.board not in subject.known.boards:
        yield Mistake(
            subject.main,
            0,
            _("There is no board “{board}”.", board=subject.front.board),
            _("Take one of: {known}.", known=", ".join(subject.known.boards)),
        )


def no_such_module(subject: Subject) -> Iterator[Mistake]:
    """Find prerequisites that are no modules, or the module itself."""
    if subject.front is None:
        return
    known = {other.head.get("id") for other in subject.others} - {subject.front.id}
    for module in subject.front.prerequisites:
        if module not in known:
            yield Mistake(
                subject.main,
                0,
                _("The module {module}, which has to come first, is not there.", module=module),
                _("Correct “prerequisites”."),
            )
