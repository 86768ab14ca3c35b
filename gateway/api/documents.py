"""What the answers hold. Their JSON and the schemas of OpenAPI both come from these values."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from gateway.api.disclosure import Step

Moment = Annotated[
    str,
    Meta(
        description="A time in UTC, ISO 8601 (RFC 3339).",
        examples=["2026-03-12T14:05:00Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
Condition = Literal["good", "watch", "act", "silent", "starting"]
Slug = Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")]
Address = Annotated[
    str,
    Meta(
        description="An address on this same server; relative to it.",
        extra_json_schema={"format": "uri-reference"},
    ),
]
Words = Annotated[
    dict[str, str],
    Meta(description="A text by language (BCP 47).", examples=[{"fr": "Température"}]),
]
Values = Annotated[
    dict[str, float | None],
    Meta(
        description="By channel id: a reading as it was measured; in a step, the mean of what was"
        " measured or the sum of what was counted. null: a count of few people, not of none.",
        examples=[{"temperature": 21.5}],
    ),
]
Numbers = Annotated[dict[str, float], Meta(description="By channel id.")]
Few = Annotated[
    list[Slug],
    Meta(
        description="The channels that counted few people, not none: in this step, or in parts of"
        " it, which its sum then leaves out."
    ),
]


class Licence(Struct):
    """Under which everybody may use the data."""

    id: Literal["etalab-2.0", "odbl-1.0"]
    name: str
    url: Annotated[str, Meta(extra_json_schema={"format": "uri"})]


class Start(Struct):
    """What there is, and where."""

    title: str
    version: Literal["1"]
    site: str
    towns: Address
    builds: Address
    openapi: Address
    documentation: Address


class Town(Struct):
    """A town whose data are open."""

    id: Slug
    name: str
    licence: Licence
    objects: Address
    readings: Address


class Towns(Struct):
    """The towns whose data are open."""

    towns: list[Town]


class Place(Struct):
    """Where an object stands. Positions are not published."""

    id: Slug
    name: str


class Question(Struct):
    """What a vote box asks; its channels are called as the answers, for votes ``since`` then."""

    text: Words
    since: Moment


class Last(Struct):
    """The last value that is public, in the channel's finest step; ``time``: where it begins.

    Where ``value`` is null, it is a count of few.
    """

    time: Moment
    step: Step
    value: float | None


class Channel(Struct):
    """One thing that an object measures."""

    id: Slug
    quantity: str
    unit: Annotated[str, Meta(description="As people write it; empty for a count or a state.")]
    name: Words
    decimals: Annotated[int, Meta(description="Digits worth reading after the decimal sign.")]
    finest_step: Annotated[Step, Meta(description="The finest step in which it is published.")]
    hidden_below: Annotated[
        int, Meta(description="Counts of 1 to below this number are never told; 0: no count.")
    ]


class ObjectChannel(Channel):
    """One thing that an object measures, with the last value that is public."""

    last: Last | None = None


class Thing(Struct, kw_only=True):
    """One object of a town. It measures rooms and places, never persons."""

    id: Slug
    town: Slug
    name: str
    place: Place
    build: Slug
    condition: Annotated[
        Condition,
        Meta(
            description="What its last public values mean; silent: it gives no news; starting:"
            " there is nothing to tell yet."
        ),
    ]
    question: Question | None = None
    channels: list[ObjectChannel]
    readings: Address


class Things(Struct):
    """Objects of a town, by id."""

    town: Town
    objects: list[Thing]
    next: Address | None


class Row(Struct, omit_defaults=True):
    """One moment, or one step from ``time`` on."""

    time: Moment
    values: Values
    few: Few
    minimum: Numbers | UnsetType = UNSET
    maximum: Numbers | UnsetType = UNSET


class Readings(Struct):
    """Readings of one object, by time."""

    town: Slug
    object: Slug
    licence: Licence
    step: Step
    from_: Moment = field(name="from")
    to: Moment
    channels: list[Channel]
    readings: list[Row]
    next: Address | None


class Band(Struct, omit_defaults=True):
    """What a value below ``below`` (without it, any) means, if no band before it holds."""

    state: Literal["good", "watch", "act"]
    word: Words
    below: float | UnsetType = UNSET


class BuildChannel(Channel):
    """One thing that a kind of object measures, with what is possible and what it means."""

    range: Annotated[list[float], Meta(min_length=2, max_length=2)]
    bands: list[Band]


class Workshop(Struct):
    """The workshop for residents that goes with a kind of object."""

    id: str
    name: Words
    minutes: int


class Build(Struct):
    """A kind of object."""

    id: Slug
    name: Words
    summary: Words
    period_s: Annotated[int, Meta(description="Seconds from one reading to the next.")]
    workshop: Workshop
    channels: list[BuildChannel]


class Builds(Struct):
    """The kinds of objects."""

    builds: list[Build]


class SenmlRecord(Struct, omit_defaults=True):
    """One SenML record (RFC 8428, 4.5), base fields included."""

    bver: int | UnsetType = UNSET
    bn: str | UnsetType = UNSET
    bt: float | UnsetType = UNSET
    bu: str | UnsetType = UNSET
    n: str | UnsetType = UNSET
    u: str | UnsetType = UNSET
    t: float | UnsetType = UNSET
    v: float | UnsetType = UNSET
