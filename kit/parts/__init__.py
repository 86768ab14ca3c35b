"""Parts: what one buys, how modules and boards look, what is wired to what, what it all costs.

``parts.csv``, ``modules.toml`` and ``boards.toml`` are the facts; docs/parts.md says where they are
from. Lessons, drawings, bills and the stock are derived from them.
"""

from kit.parts.bill import Line, bill, cost
from kit.parts.boards import Board, BoardPin, boards
from kit.parts.modules import Module, Piece, Pin, module_of, modules
from kit.parts.netlist import BOARD, End, Netlist, Placed, Row, Wire, choices, netlist
from kit.parts.shop import Item, items

__all__ = [
    "BOARD",
    "Board",
    "BoardPin",
    "End",
    "Item",
    "Line",
    "Module",
    "Netlist",
    "Piece",
    "Pin",
    "Placed",
    "Row",
    "Wire",
    "bill",
    "boards",
    "choices",
    "cost",
    "items",
    "module_of",
    "modules",
    "netlist",
]
