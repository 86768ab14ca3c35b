"""What soft skills are called: ``curriculum/skills.toml``."""


def skill_names(ids: tuple[str, ...]) -> list[str]:
    """Return the names of soft skills in the language in use."""
    return list(ids)
