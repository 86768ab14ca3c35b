"""Expected failures: one sentence with the cause, one with what to do next."""


class FabnumError(Exception):
    """A failure that a user can meet and mend.

    ``cause`` says in one sentence what is wrong; ``action`` says the one next thing to do. Both are
    already in the user's language. The command line prints them and exits with code 2.
    """

    def __init__(self, cause: str, action: str = "") -> None:
        super().__init__(cause if not action else f"{cause} {action}")
        self.cause = cause
        self.action = action
