"""The command line: the one place that puts the parts of the kit together."""

import sys
import traceback
from collections.abc import Sequence

import typer
import typer.exceptions

from kit import i18n
from kit.cli.exits import EXPECTED_FAILURE, INTERRUPTED, UNEXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 2 an expected failure said in one sentence, 1 a bug."""
    i18n.use(i18n.from_environment())
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        result = program()(args=arguments, prog_name="fabnum", standalone_mode=False)
    except FabnumError as error:
        say_failure(error)
        return EXPECTED_FAILURE
    except typer.exceptions.TyperException as error:
        say_failure(_not_understood(arguments, error))
        return EXPECTED_FAILURE
    except (KeyboardInterrupt, typer.exceptions.Abort):
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception:  # noqa: BLE001 - the last line of defence: traceback, then a sentence
        traceback.print_exc()
        say_failure(
            FabnumError(
                _("This is a fault of the kit, not yours."),
                _("Please report it with the lines above."),
            )
        )
        return UNEXPECTED_FAILURE
    return result if isinstance(result, int) else 0


def program() -> typer.Typer:
    """Return the program with all its commands."""
    # Their help texts are in the language in use when they are read.
    from kit.cli import (  # noqa: F401
        alerts_commands,
        badges_commands,
        bench_commands,
        boards_commands,
        commands,
        curriculum_commands,
        curriculum_pdf_commands,
        curriculum_site_commands,
        data_commands,
        influx_commands,
        portfolio_commands,
        program_commands,
        programme_commands,
        site_commands,
        stock_commands,
        workshop_commands,
    )
    from kit.cli.app import app

    return app


def say_failure(error: FabnumError) -> None:
    """Print the cause and, on the next line, what to do."""
    print(error.cause, file=sys.stderr)
    if error.action:
        print(f"→ {error.action}", file=sys.stderr)


def _not_understood(arguments: list[str], error: typer.exceptions.TyperException) -> FabnumError:
    """Turn the parser's complaint into a sentence that names the help page to read."""
    words = [word for word in arguments[:1] if not word.startswith("-")]
    return FabnumError(
        _("That command was not understood: {reason}", reason=error.format_message()),
        _("See: {command} --help", command=" ".join(["fabnum", *words])),
    )
