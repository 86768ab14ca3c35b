"""Why the board started, and what that says of its health.

``fabnum.health`` asks at each start and then drops this module.
"""

import machine
from fabnum import log
from fabnum.kept import HELD, IDLE, WATCHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fabnum.kept import Kept

# In the words of the contract; by the names that ports give the constants.
_CAUSES = (
    ("PWRON_RESET", "power"),
    ("HARD_RESET", "reset"),
    ("WDT_RESET", "watchdog"),
    ("DEEPSLEEP_RESET", "sleep"),
    ("SOFT_RESET", "soft"),
    ("BROWNOUT_RESET", "brownout"),
)


def of_reset() -> str:
    """Return the contract's word for why the board started."""
    cause = machine.reset_cause() if hasattr(machine, "reset_cause") else None
    for name, word in _CAUSES:
        if cause is not None and getattr(machine, name, None) == cause:
            return word
    return "unknown"


def count(kept: "Kept", reset: str) -> None:
    """Count a crash where the watchdog bit; forget those before where somebody restarted."""
    if reset == "watchdog":
        if not kept.has(HELD) and not kept.has(IDLE):
            kept.set_crashes(kept.crashes + 1)
            log.say("Le programme s’est bloqué : le chien de garde a redémarré la carte.")
    elif reset in ("power", "soft", "brownout"):
        kept.set_crashes(0)
    kept.set(IDLE if reset == "soft" else HELD | WATCHED | IDLE, False)
