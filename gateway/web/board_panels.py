"""Panels of a board as a page shows them, each kind by the file that is called after it."""

from gateway.boards.filled import FilledPanel
from gateway.web import board_bars, board_columns, board_curves, board_values
from gateway.web.board_lines import Reader, Shown, emptiness


def shown(filled: FilledPanel, reader: Reader) -> Shown:
    """Return a panel with what it shows; with kind words where there is nothing yet."""
    panel = filled.panel
    if panel.kind == "text":
        return Shown(panel, "text", said=panel.text.split("\n\n"))
    if filled.is_empty:
        return emptiness(filled)
    if panel.kind in ("table", "tiles"):
        rows = board_values.rows(filled, reader.names, reader.words, reader.now)
        return Shown(panel, panel.kind, rows)
    if panel.kind == "curve":
        return board_curves.shown(filled, reader)
    if filled.told[0].series.query.step_s:
        return board_columns.shown(filled, reader)
    return board_bars.shown(filled, reader)
