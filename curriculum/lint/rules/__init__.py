"""The rules of the linter, by the code under which their findings are known. Codes never change.

A rule is a function that takes a :class:`curriculum.lint.subject.Subject` and yields mistakes, each
with one sentence and one action. What one rule has said the others leave alone: where a file cannot
be read, only that is said of it.
"""

from collections.abc import Callable, Iterator, Mapping

from curriculum.lint.finding import Mistake
from curriculum.lint.rules import (
    challenges,
    code,
    directives,
    front,
    identity,
    languages,
    links,
    minutes,
    objectives,
    people,
    plain,
    sections,
    typography,
)
from curriculum.lint.subject import Subject

Rule = Callable[[Subject], Iterator[Mistake]]

RULES: Mapping[str, Rule] = {
    "unreadable": front.unreadable,
    "file-missing": front.file_missing,
    "front-matter": front.front_matter,
    "to-do": front.to_do,
    "id-twice": identity.id_twice,
    "folder-name": identity.folder_name,
    "no-such-build": identity.no_such_build,
    "workshop-of-build": identity.workshop_of_build,
    "no-such-board": identity.no_such_board,
    "no-such-module": identity.no_such_module,
    "sections": sections.sections,
    "section-empty": sections.section_empty,
    "fact-missing": sections.fact_missing,
    "heading-level": sections.heading_level,
    "heading-twice": sections.heading_twice,
    "link-outside": links.link_outside,
    "link-file": links.link_file,
    "link-anchor": links.link_anchor,
    "link-words": links.link_words,
    "alternative-text": links.alternative_text,
    "picture-file": links.picture_file,
    "picture-alone": links.picture_alone,
    "minutes-section": minutes.minutes_section,
    "minutes-in-all": minutes.minutes_in_all,
    "workshop-minutes": minutes.workshop_minutes,
    "objective-twice": objectives.objective_twice,
    "objective-challenge": objectives.objective_challenge,
    "challenge-without-objective": objectives.challenge_without_objective,
    "skill-unknown": objectives.skill_unknown,
    "role-unknown": objectives.role_unknown,
    "challenge-heading": challenges.challenge_heading,
    "solution-missing": challenges.solution_missing,
    "solution-quoted": challenges.solution_quoted,
    "proof-names": challenges.proof_names,
    "proof-sees": challenges.proof_sees,
    "code-language": code.code_language,
    "quote-differs": code.quote_differs,
    "solution-check": code.solution_check,
    "illustration-check": code.illustration_check,
    "command": code.command,
    "console-begins": code.console_begins,
    "directive": directives.directive,
    "directive-written": directives.directive_written,
    "directive-in-sheet": directives.directive_in_sheet,
    "plain-words": plain.plain_words,
    "plain-one-sentence": plain.plain_one_sentence,
    "plain-signs": plain.plain_signs,
    "plain-acronym": plain.plain_acronym,
    "plain-italics": plain.plain_italics,
    "plain-negative": plain.plain_negative,
    "plain-pages": plain.plain_pages,
    "plain-page-length": plain.plain_page_length,
    "french-spaces": typography.french_spaces,
    "french-signs": typography.french_signs,
    "structure": languages.structure,
    "translates": languages.translates,
    "person": people.person,
}
