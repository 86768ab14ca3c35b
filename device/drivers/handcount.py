"""A count by hand beside one by machine: how far a counter can be believed.

A calibration that changes nothing: what it keeps is the error, so that people know it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class HandCount:
    """Compares what a machine counts from ``start`` to ``stop`` with what a person counted."""

    def __init__(self) -> None:
        self._from: int | None = None

    def step(self, step: str, total: int, hand: float | None) -> "dict[str, Any]":
        """Carry out a step; ``total`` is what the machine has counted so far, since ever it runs.

        ``stop`` returns ``hand``, ``counted`` and ``error_percent``, negative where the machine
        missed some. Raises ValueError, in French.
        """
        if step == "start":
            self._from = total
            return {}
        if step != "stop":
            raise ValueError("Ce comptage a deux étapes : start (début), stop (fin).")
        if self._from is None:
            raise ValueError("Le comptage n’a pas commencé : faites d’abord l’étape start.")
        if hand is None or hand < 1:
            raise ValueError("Donnez le nombre de passages comptés à la main : 1 ou plus.")
        counted = total - self._from
        self._from = None
        return {
            "hand": hand,
            "counted": counted,
            "error_percent": round(100 * (counted - hand) / hand, 1),
        }
