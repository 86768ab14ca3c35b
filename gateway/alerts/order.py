"""What the gateway hands to the process that sends: see :mod:`gateway.alerts.post`."""

import msgspec

NOT_UNDERSTOOD = "not-understood"
"""The reason of a line that is no address of Apprise."""


class Order(msgspec.Struct):
    """What is to be sent to whom. ``site`` is who sends it."""

    subject: str
    body: str
    good_news: bool
    addresses: list[str]
    site: str = "Fab’Num"
