"""The figures of a page: a chart and the table behind it, for one channel and one span of time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from gateway.live import LiveObject
from gateway.web import charts
from gateway.web.counts import is_count
from gateway.web.history import (
    DAY_S,
    HOUR_S,
    MEAN_S,
    RECENT_S,
    WEEK_S,
    History,
    Mean,
    coarser,
    points,
    spreads,
)
from gateway.web.words import Words
from kit.catalogue import Channel
from kit.i18n import _

NEWBORN_S = HOUR_S
"""An object with less history than this shows its last readings on its card: a curve of
ten-minute means would be a few dots."""
_JOINED = 2.5
"""Points are joined over so many missing steps, no more: a hole in the data stays visible."""


class Row(NamedTuple):
    """One line of the table; numbers as text, without their unit."""

    when: str
    mean: str
    low: str
    high: str


class Figure(NamedTuple):
    """A chart with its title and its table. ``chart`` is empty when nothing was measured."""

    id: str
    title: str
    caption: str
    chart: Markup
    rows: Sequence[Row]
    has_spread: bool


def can_be_drawn(channel: Channel) -> bool:
    """Whether a curve of this channel tells anything: not of counts and of on and off.

    A curve can be measured: what is too small to be told may not be drawn either.
    """
    return bool(channel.unit) and not is_count(channel)


class Figures:
    """Makes the figures of one object for one reader."""

    def __init__(self, history: History, words: Words, thing: LiveObject, now: float) -> None:
        self._history = history
        self._words = words
        self._thing = thing
        self._now = now

    def card(self, channel: Channel) -> Figure:
        """Return the small figure of a card: the day, or the last minutes of a new object."""
        means = self._history.day(self._thing, channel.id, self._now)
        if means and self._now - means[0].start < NEWBORN_S:
            return self.recent(channel, small=True)
        return self.day(channel, small=True, means=means)

    def recent(self, channel: Channel, *, small: bool = False) -> Figure:
        """Return the last quarter of an hour, reading by reading."""
        means = self._history.recent(self._thing, channel.id, self._now)
        step_s = max(self._thing.period_s, 1)
        figure = self._figure(
            channel,
            "recent",
            _("The last 15 minutes"),
            charts.Plan(
                id="",
                start=self._now - RECENT_S,
                end=self._now,
                gap_s=_JOINED * step_s + 5,
                points=points(means, 0, self._now),
                texts=self._texts(channel, means, _("The last 15 minutes")),
                ticks=[
                    charts.Tick(time, self._words.time(time))
                    for time in _multiples(self._now - RECENT_S, self._now, 300)
                ],
                small=small,
            ),
        )
        rows = [
            Row(self._words.time(mean.start), self._number(channel, mean.mean), "", "")
            for mean in coarser(means, 60)
        ]
        return figure._replace(
            caption=_("{channel}, one line a minute", channel=self._in_unit(channel)),
            rows=rows,
            has_spread=False,
        )

    def day(
        self, channel: Channel, *, small: bool = False, means: Sequence[Mean] | None = None
    ) -> Figure:
        """Return the last 24 hours, as means of ten minutes; the table by the hour."""
        if means is None:
            means = self._history.day(self._thing, channel.id, self._now)
        figure = self._figure(
            channel,
            "day",
            _("The last 24 hours"),
            charts.Plan(
                id="",
                start=self._now - DAY_S,
                end=self._now,
                gap_s=_JOINED * max(MEAN_S, self._thing.period_s),
                points=points(means, MEAN_S, self._now),
                texts=self._texts(channel, means, _("The last 24 hours")),
                ticks=[
                    charts.Tick(moment.timestamp(), self._words.hour(moment.timestamp()))
                    for moment in self._hours(self._now - DAY_S)
                    if moment.hour % 6 == 0
                ],
                small=small,
            ),
        )
        step_s = 3 * HOUR_S if small else HOUR_S
        rows = self._rows(channel, coarser(means, step_s))
        caption = (
            _("{channel}, one line for three hours", channel=self._in_unit(channel))
            if small
            else _("{channel}, one line an hour", channel=self._in_unit(channel))
        )
        return figure._replace(caption=caption, rows=rows)

    def week(self, channel: Channel) -> Figure:
        """Return the last seven days: hourly means, and what lay between lowest and highest."""
        means = self._history.week(self._thing, channel.id, self._now)
        figure = self._figure(
            channel,
            "week",
            _("The last 7 days"),
            charts.Plan(
                id="",
                start=self._now - WEEK_S,
                end=self._now,
                gap_s=_JOINED * HOUR_S,
                points=points(means, HOUR_S, self._now),
                spreads=spreads(means, HOUR_S, self._now),
                texts=self._texts(channel, means, _("The last 7 days")),
                ticks=[
                    charts.Tick(moment.timestamp(), self._words.weekday(moment.timestamp()))
                    for moment in self._hours(self._now - WEEK_S)
                    if moment.hour == 0
                ],
            ),
        )
        return figure._replace(
            caption=_("{channel}, one line a day", channel=self._in_unit(channel)),
            rows=self._daily_rows(channel, means),
        )

    def _figure(self, channel: Channel, span: str, title: str, plan: charts.Plan) -> Figure:
        identity = f"{span}.{self._thing.key.town}.{self._thing.key.device}.{channel.id}"
        zones = [charts.Zone(band.below, band.state, str(band.word)) for band in channel.bands]
        chart = charts.draw(
            plan._replace(id=identity, zones=zones, least_span=_least_span(channel))
        )
        return Figure(identity, title, "", chart, [], has_spread=True)

    def _texts(self, channel: Channel, means: Sequence[Mean], span: str) -> charts.Texts:
        title = _(
            "{channel}, {name}: {span}",
            channel=channel.name,
            name=self._thing.device.name,
            span=span.lower(),
        )
        description = ""
        if means:
            description = _(
                "From {low} to {high}. At the end: {last}.",
                low=self._words.quantity(min(m.low for m in means), channel),
                high=self._words.quantity(max(m.high for m in means), channel),
                last=self._words.quantity(means[-1].mean, channel),
            )
        return charts.Texts(
            title,
            description,
            lambda value: self._number(channel, value),
            lambda value, decimals: self._words.number(value, min(decimals, channel.decimals)),
        )

    def _rows(self, channel: Channel, means: Sequence[Mean]) -> list[Row]:
        return [self._row(self._words.hour(mean.start), channel, mean) for mean in means]

    def _daily_rows(self, channel: Channel, means: Sequence[Mean]) -> list[Row]:
        """Return one row for each day of the site's own calendar."""
        days: dict[str, list[Mean]] = {}
        for mean in means:
            day = f"{self._words.weekday(mean.start)} {self._words.date(mean.start)}"
            days.setdefault(day, []).append(mean)
        return [
            self._row(day, channel, coarser(means_of_day, 10 * WEEK_S)[0])
            for day, means_of_day in days.items()
        ]

    def _row(self, when: str, channel: Channel, mean: Mean) -> Row:
        return Row(when, *(self._number(channel, v) for v in (mean.mean, mean.low, mean.high)))

    def _number(self, channel: Channel, value: float) -> str:
        return self._words.number(value, channel.decimals)

    def _in_unit(self, channel: Channel) -> str:
        return _("{channel} in {unit}", channel=channel.name, unit=channel.unit)

    def _hours(self, since: float) -> Iterator[datetime]:
        """Yield the full hours of the site's clock from ``since`` to now."""
        moment = self._words.local(since).replace(minute=0, second=0, microsecond=0)
        end = self._words.local(self._now)
        zone = moment.tzinfo
        while moment <= end:
            yield moment
            # Through UTC, or the hour that summer time skips would come twice.
            later = moment.timestamp() + HOUR_S
            moment = datetime.fromtimestamp(later, zone)


def _multiples(start: float, end: float, step_s: float) -> Iterator[float]:
    time = (start // step_s + 1) * step_s
    while time < end:
        yield time
        time += step_s


def _least_span(channel: Channel) -> float:
    """Return the smallest span an axis may show, lest noise of the last digit look like weather."""
    return float(20 * 10.0**-channel.decimals)
