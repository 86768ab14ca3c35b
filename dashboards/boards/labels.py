"""What the labels of signals mean, in words. Which there are stands in docs/contract.md."""

from kit.i18n import _


def conditions() -> dict[str, str]:
    """Return the conditions of an object, those first that need somebody first."""
    return {
        "lost": _("Not connected"),
        "silent": _("Silent"),
        "act": _("Asks for action"),
        "watch": _("To be watched"),
        "starting": _("No reading yet"),
        "good": _("All is well"),
    }


def causes() -> dict[str, str]:
    """Return why a board started, those first that tell of a fault."""
    return {
        "watchdog": _("It hung"),
        "brownout": _("Weak supply"),
        "unknown": _("Unknown cause"),
        "reset": _("Reset button"),
        "soft": _("Restart by its program"),
        "power": _("Switched on"),
        "sleep": _("Woke up"),
    }
