"""Teach a part what is true, and keep what it learns: ``settings.calibration`` in ``config.json``.

    {"soil": {"dry": 2710, "wet": 1480, "at": 1763700000}}

By part, the numbers that its driver wants to find again, and when (Unix seconds; left out while the
clock is unknown). The driver finds its own in ``part["calibration"]``, a dict that is empty before
the first time and always up to date. Loaded when somebody calibrates, and dropped again.
"""

from fabnum import config
from fabnum.values import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.parts import Part

_MOST = const(16)


async def learn(
    part: "Part | None", step: str, value: float | None, now: int | None
) -> "dict[str, Any]":
    """Have a part carry out one step; return what it learnt, once that is safe on flash.

    ``value``: what a person gave, in the unit of ``build.toml``. ``now``: Unix seconds. Raises
    ValueError or SensorError with a French sentence, OSError if the flash refuses; what was learnt
    before then stays as it was.
    """
    if part is None:
        raise ValueError("Le programme de cet objet n’utilise pas cette pièce.")
    if not hasattr(part.driver, "calibrate"):
        raise ValueError("« %s » ne s’étalonne pas." % part.id)
    learnt: dict[str, Any] = await part.calibrate(step, value)
    _require_numbers(learnt)
    if not learnt:
        return learnt  # a step on the way: what was known stays as old as it is
    description = part.description
    together = dict(description["calibration"])
    together.pop("at", None)
    together.update(learnt)
    _require_numbers(together)
    if now is not None:
        together["at"] = now
    _keep(description["id"], together)
    # The driver holds this very dict: from now on it measures by it.
    description["calibration"].clear()
    description["calibration"].update(together)
    return learnt


def _keep(part_id: str, together: "dict[str, Any]") -> None:
    settings = dict(config.load()["settings"])
    calibration = settings.get("calibration")
    calibration = dict(calibration) if isinstance(calibration, dict) else {}
    calibration[part_id] = together
    settings["calibration"] = calibration
    config.update({"settings": settings})


def _require_numbers(learnt: "Any") -> None:
    if not isinstance(learnt, dict) or len(learnt) > _MOST:
        raise ValueError("L’étalonnage n’a rien donné d’utilisable.")
    for value in learnt.values():
        if not is_number(value):
            raise ValueError("L’étalonnage n’a pas donné des nombres.")
