"""The figures of what counts: bars by the hour, as far as counts may be told."""

from collections.abc import Sequence

from gateway.counting import told
from gateway.live import LiveObject
from gateway.web import bars, charts, counts
from gateway.web.figures import Figure
from gateway.web.history import DAY_S, HOUR_S, History
from gateway.web.words import Words
from kit.catalogue import Channel
from kit.i18n import _


class CountFigures:
    """Makes the figures of one counting object for one reader."""

    def __init__(self, history: History, words: Words, thing: LiveObject, now: float) -> None:
        self._history = history
        self._words = words
        self._thing = thing
        # The bars are those of full hours; the hour that goes on is not told yet.
        self._end = now // HOUR_S * HOUR_S
        self._now = now

    def all(self) -> list[Figure]:
        """Return the bars of every channel that counts."""
        channels = self._thing.build.channels if self._thing.build else ()
        return [self.day(channel) for channel in channels if counts.is_count(channel)]

    def card(self) -> Figure | None:
        """Return the figure of a card: what counts first, if anything does."""
        return next(iter(self.all()), None)

    def day(self, channel: Channel) -> Figure:
        """Return the last 24 full hours of a channel. The table behind it is the object's own."""
        by_hour = counts.by_hour(self._history, self._thing, channel, self._now)
        hours = [bars.Bar(hour, told(channel, by_hour[hour])) for hour in sorted(by_hour)]
        name = self._thing.device.name
        title = _("{channel}, {name}: {span}", channel=channel.name, name=name, span=_span())
        identity = f"hours.{self._thing.key.town}.{self._thing.key.device}.{channel.id}"
        plan = bars.BarPlan(
            id=identity,
            start=self._end - DAY_S,
            end=self._end,
            span_s=HOUR_S,
            bars=hours,
            bound=channel.hidden_below,
            texts=charts.Texts(
                title, self._described(channel, hours), lambda value: self._words.number(value, 0)
            ),
            ticks=[
                charts.Tick(time, self._words.hour(time))
                for time in (self._end - DAY_S + n * HOUR_S for n in range(25))
                if self._words.local(time).hour % 6 == 0
            ],
        )
        heading = _("{channel}, {span}", channel=channel.name, span=_span())
        return Figure(identity, heading, "", bars.draw(plan), [], has_spread=False)

    def _described(self, channel: Channel, hours: Sequence[bars.Bar]) -> str:
        told = [(bar.number, -bar.start) for bar in hours if bar.number]
        if not told:
            return _(
                "Always fewer than {count} in an hour.",
                count=self._words.number(max(channel.hidden_below, 1), 0),
            )
        most, start = max(told)
        return _(
            "The most: {count}, from {start} to {end}.",
            count=self._words.number(most, 0),
            start=self._words.hour(-start),
            end=self._words.hour(HOUR_S - start),
        )


def _span() -> str:
    return _("The last 24 hours").lower()
