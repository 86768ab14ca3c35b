"""What Grafana's refusals mean, in one sentence and one thing to do."""

from kit.errors import FabnumError
from kit.i18n import _


class MissingError(FabnumError):
    """Grafana has nothing at that address (404)."""


class NotReadyError(FabnumError):
    """A new organisation has no alerting yet; Grafana makes it within a minute."""


class SwitchedOffError(FabnumError):
    """This Grafana does not do that at all; the rest can be done without."""


class ConflictError(FabnumError):
    """Somebody else changed or made it in the meantime (409, 412): read again."""


def refusal(status: int, request: str, user: str, complaint: str) -> FabnumError:
    """Return what a status of 400 and more means. ``complaint``: Grafana's own words."""
    match status:
        case 401:
            return FabnumError(
                _("Grafana does not accept the administrator’s name or password."),
                _("Write user:password in secrets/grafana-admin, as Grafana knows them."),
            )
        case 403:
            return FabnumError(
                _(
                    "Grafana does not allow {user} to do this: {request}",
                    user=user,
                    request=request,
                ),
                _("The name in secrets/grafana-admin must be a server administrator of Grafana."),
            )
        case 404:
            return MissingError(
                _("Grafana does not know {request}: {reason}", request=request, reason=complaint),
                _("Install Grafana 12 or later, and switch on what it says is off."),
            )
        case 409 | 412:
            return ConflictError(
                _("Something in Grafana stands against it: {reason}", reason=complaint),
                _("If somebody is changing it at this moment, push again a little later."),
            )
    if status >= 500:
        return FabnumError(
            _(
                "Grafana has a trouble of its own ({status}): {reason}",
                status=status,
                reason=complaint,
            ),
            _("Look at Grafana’s log, then push again."),
        )
    return FabnumError(
        _("Grafana refuses {request}: {reason}", request=request, reason=complaint),
        _("Correct what it says, then push again: what is done is kept."),
    )


def not_ready() -> NotReadyError:
    """Return that a new organisation must be waited for."""
    return NotReadyError(
        _("Grafana has not prepared the alerts of a new organisation yet."),
        _("Wait a minute, then push again: what is done is kept."),
    )
