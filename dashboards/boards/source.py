"""What a board asks about, and the questions it can ask of it: each is one series of a panel."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from dashboards.board import Series
from dashboards.query import Aggregate, Query, Tag
from kit.catalogue import Band, Channel
from kit.i18n import _
from kit.signals import FEW

HOUR_S = 3600
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
YEAR_S = 365 * DAY_S
COUNTED_UNTIL_S = 120
"""So long after the full hour the reading that counts it may be taken."""


class Source(NamedTuple):
    """One quantity and what its numbers are; whose it is; one line for each tag of ``by``.

    ``few``: asks where it was counted, but too few to be told.
    """

    channel: Channel
    by: tuple[Tag, ...] = ()
    where: Mapping[Tag, str | tuple[str, ...]] = {}
    few: bool = False

    def each(self, *by: Tag) -> "Source":
        """Return the same with other lines."""
        return self._replace(by=by)

    def labelled(self, label: str) -> "Source":
        """Return the one part of a labelled signal that has this label."""
        return self._replace(where={**self.where, "what": label})

    def hidden(self) -> "Source":
        """Return in its place where it is too small to be told: 1 for each such count."""
        return self._replace(few=True)

    def last(self, back_s: int = 0, name: str = "", *, rare: bool = False) -> Series:
        """Ask for the last value."""
        return self._series(self._query("last", back_s=back_s), name, rare=rare)

    def age(self, name: str = "") -> Series:
        """Ask how long ago the last value was measured."""
        series = self._series(self._query("last"), name or _("Measured"))
        return msgspec.structs.replace(series, age=True, bands=())

    def mean(self, step_s: int, back_s: int = 0, name: str = "", *, rare: bool = False) -> Series:
        """Ask for the mean in each step."""
        return self._series(self._query("mean", step_s, back_s), name, rare=rare)

    def lowest(self, step_s: int, back_s: int = 0, *, rare: bool = False) -> Series:
        """Ask for the lowest value in each step."""
        return self._series(self._query("min", step_s, back_s), _("Lowest"), rare=rare)

    def highest(self, step_s: int, back_s: int = 0, *, rare: bool = False) -> Series:
        """Ask for the highest value in each step."""
        return self._series(self._query("max", step_s, back_s), _("Highest"), rare=rare)

    def total(self, step_s: int = 0, back_s: int = 0, name: str = "") -> Series:
        """Ask for the sum in each step: of what is counted, if anything was."""
        return self._series(self._query("sum", step_s, back_s), name, rare=True)

    def hours(self, band: Band) -> Series:
        """Ask how many hours had a mean that means ``band``, one of the channel's own."""
        query = self._query("hours")
        query = msgspec.structs.replace(query, within=bounds(self.channel, band))
        unbounded = msgspec.structs.replace(band, below=float("inf"))
        return Series(query, str(band.word), "h", bands=(unbounded,), rare=True)

    def counted(self, step_s: int = HOUR_S, back_s: int = 0, name: str = "") -> Series:
        """Ask what was counted in each hour, or in longer steps; what is hidden is not in it."""
        return self._series(self._query("sum", step_s, back_s, COUNTED_UNTIL_S), name)

    def named(self, name: str) -> str:
        """Return what this is called, where its channel is called ``name``."""
        if not self.few:
            return name
        return _(
            "{quantity}: 1 to {most}, hidden", quantity=name, most=self.channel.hidden_below - 1
        )

    def _query(
        self, aggregate: Aggregate, step_s: int = 0, back_s: int = 0, offset_s: int = 0
    ) -> Query:
        quantity = self.channel.quantity + (FEW if self.few else "")
        return Query(quantity, aggregate, self.by, self.where, step_s, offset_s, back_s)

    def _series(self, query: Query, name: str, *, rare: bool = False) -> Series:
        channel = self.channel
        return Series(
            query,
            name or self.named(str(channel.name)),
            channel.unit,
            channel.decimals,
            channel.bands,
            channel.hidden_below,
            rare=rare or self.few,
        )


def bounds(channel: Channel, band: Band) -> tuple[float, float]:
    """Return from where to where values of a channel mean ``band``; below that end."""
    at = channel.bands.index(band)
    return (channel.bands[at - 1].below if at else float("-inf"), band.below)
