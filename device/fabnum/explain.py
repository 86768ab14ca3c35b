"""Say in one French sentence what is wrong in a learner's program, and where."""

import io
import sys

_HINTS = (
    (NameError, "ce nom n’existe pas. Vérifiez l’orthographe"),
    (ImportError, "ce module n’existe pas sur la carte"),
    (IndentationError, "les espaces au début de la ligne ne vont pas"),
    (SyntaxError, "MicroPython ne comprend pas cette ligne"),
    (ZeroDivisionError, "une division par zéro"),
    (AttributeError, "cet objet ne sait pas faire cela"),
    (KeyError, "cette clé n’est pas dans le dictionnaire"),
    (IndexError, "la liste est plus courte que cela"),
    (TypeError, "ces valeurs ne vont pas ensemble"),
    (MemoryError, "la mémoire de la carte est pleine"),
)


def sentence(error: Exception, function: str) -> str:
    """Return what went wrong in ``function`` (its name), with file, line and a hint.

    An error whose text is already a sentence for people (a ValueError of the kit) keeps it.
    """
    found = place(error)
    where = "" if found is None else ", %s ligne %s" % found
    text = str(error)
    for kind, hint in _HINTS:
        if isinstance(error, kind):
            text = "%s (%s)" % (hint, text) if text else hint
            break
    else:
        text = text or type(error).__name__
    return "Erreur dans « %s »%s : %s" % (function, where, text.rstrip(".") + ".")


def place(error: Exception) -> tuple[str, str] | None:
    """Return (file, line) in the learner's own program, the innermost; ``None`` if unknown."""
    trace = io.StringIO()
    sys.print_exception(error, trace)
    found = None
    for line in trace.getvalue().split("\n"):
        quoted = line.split('"')
        if len(quoted) < 3 or not line.startswith("  File"):
            continue
        name = quoted[1]
        number = quoted[2].split("line ")[-1].split(",")[0]
        module = name.replace(".", "/")  # the compiled firmware goes by its modules' names
        if "fabnum/" not in module and "drivers/" not in module and "asyncio/" not in module:
            found = (name.split("/")[-1], number)
    return found
