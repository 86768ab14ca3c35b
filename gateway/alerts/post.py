"""A process of its own that hands one message to Apprise: `python -m gateway.alerts.post`.

Apprise loads a hundred services, and one of them may hang: neither may cost the gateway memory or
time. The message and the addresses come on standard input, where no other user sees them. For each
address, in order, a line of JSON says what became of it: an empty text, or the reason.
"""

import logging
import sys

import msgspec
from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType

from gateway.alerts.order import NOT_UNDERSTOOD, Order


class _Reasons(logging.Handler):
    """Keeps what Apprise complains of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the latest complaint."""
        self.last = " ".join(record.getMessage().split())[:300]


def main() -> None:
    """Send the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    for address in order.addresses:
        try:
            reason = _send(order, address)
        except Exception as error:  # noqa: BLE001 - a service's fault is a reason like any other
            reason = f"{type(error).__name__}: {error}"
        sys.stdout.write(msgspec.json.encode(reason).decode() + "\n")
        sys.stdout.flush()


def _send(order: Order, address: str) -> str:
    reasons = _Reasons()
    logger = logging.getLogger("apprise")
    logger.addHandler(reasons)
    logger.propagate = False
    try:
        # Its own pictures and links would be fetched from elsewhere by whoever reads the message.
        asset = AppriseAsset(
            app_id=order.site, app_desc="Fab’Num", app_url="", image_url_mask="", image_url_logo=""
        )
        service = Apprise.instantiate(address, asset=asset)
        if service is None:
            return NOT_UNDERSTOOD
        post = Apprise(asset=asset)
        post.add(service)
        kind = NotifyType.SUCCESS if order.good_news else NotifyType.WARNING
        sent = post.notify(
            order.body, title=order.subject, notify_type=kind, body_format=NotifyFormat.TEXT
        )
    finally:
        logger.removeHandler(reasons)
    return "" if sent else reasons.last or "refused"


if __name__ == "__main__":
    main()
