"""What the exit code of a command says."""

UNEXPECTED_FAILURE = 1
EXPECTED_FAILURE = 2
INTERRUPTED = 130
