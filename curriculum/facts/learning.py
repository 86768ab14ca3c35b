"""Facts about what is learnt: objectives, safety, the group, the point about data, the badge."""

from curriculum.document.nodes import Blocks, Item, Link, Note
from curriculum.facts.blocks import item, label, listing, paragraph, strong, words
from curriculum.facts.choice import chosen
from curriculum.facts.place import Place
from curriculum.model import Objective
from curriculum.roles import roles
from curriculum.skills import skills
from kit import catalogue
from kit.i18n import _


def objectives(place: Place) -> Blocks:
    """``{{ objectives }}``: each with what shows that it is reached, and the skills it trains."""
    return (listing(_objective(each) for each in place.front.objectives),)


def safety(place: Place) -> Blocks:
    """``{{ safety }}``: what keeps people and parts unharmed, as a warning."""
    rules = (item(paragraph(rule)) for rule in place.front.safety)
    return (Note("warning", (paragraph(strong(_("Warning"))), listing(rules))),)


def group(place: Place) -> Blocks:
    """``{{ group }}``: how many work together, in which roles, and what comes before."""
    front = place.front
    names = ", ".join(str(chosen(roles(), role, "group").name) for role in front.group.roles)
    needed = listing(item(paragraph(_module_name(each))) for each in front.prerequisites)
    before: Blocks = (
        (paragraph(_("Do this first:")), needed)
        if front.prerequisites
        else (paragraph(_("Nothing comes before this module: you can begin with it.")),)
    )
    return (
        paragraph(
            _("In groups of {n}, each with a role: {roles}.", n=front.group.size, roles=names)
        ),
        *before,
    )


def ethics(place: Place) -> Blocks:
    """``{{ ethics }}``: the point about data that the module is for."""
    return (paragraph(strong(place.front.ethics)),)


def badge(place: Place) -> Blocks:
    """``{{ badge }}``: what the badge says, and what must be seen before it is given."""
    front = place.front
    criteria = (item(paragraph(each.criterion), ticked=True) for each in front.objectives)
    return (
        paragraph(label(front.badge.name), " ", front.badge.description),
        paragraph(_("Somebody else has seen:")),
        listing(criteria),
    )


def _objective(each: Objective) -> Item:
    number = _("Challenge {number}", number=each.challenge)
    challenge = Link(f"#challenge-{each.challenge}", words(number))
    trained = (
        *(_skill("digcomp", "DigComp", skill) for skill in each.digcomp),
        *(_skill("crcn", "CRCN", skill) for skill in each.crcn),
        *(str(chosen(skills().named("soft"), skill, "soft")) for skill in each.soft),
    )
    return item(
        paragraph(strong(each.text)),
        paragraph(_("What shows it: {criterion}", criterion=each.criterion)),
        paragraph(challenge, *(f" · {skill}" for skill in trained)),
    )


def _skill(framework: str, called: str, skill: str) -> str:
    return f"{called} {skill} {chosen(skills().named(framework), skill, framework)}"


def _module_name(module_id: str) -> str:
    """Return “M01, My lamp and the Wi-Fi”; the id alone where no build of the kit has it."""
    builds = (catalogue.load_build(build) for build in catalogue.builds())
    names = (build.workshop.name for build in builds if build.workshop.id == module_id)
    name = next(names, None)
    return f"{module_id}, {name}" if name else module_id
