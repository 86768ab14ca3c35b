"""What a reading may be."""


def is_number(value: object) -> bool:
    """Whether a value is a finite number, and not a truth value."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value - value == 0  # neither infinite nor not a number
