"""The colours of boards: fixed, told apart by colour-blind people, 3:1 on white and on dark.

Never alone: beside each colour stands a word or a number.
"""

from typing import Literal

from kit.catalogue import State

LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""Of lines, in this order (Okabe and Ito, those of their palette that hold 3:1 on white)."""
STATES: dict[State | Literal["unknown"], str] = {
    "good": "#009E73",
    "watch": "#D55E00",
    "act": "#E00040",
    "unknown": "#6E7781",
}
"""Of what a value means. Of all reds that hold 3:1 on white and on Grafana's dark ground, that of
"act" stays farthest from the other three in all kinds of colour blindness."""
