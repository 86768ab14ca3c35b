"""What all writing of alerts shares: Grafana's provisioning API, and that all stays editable.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
All is written with ``X-Disable-Provenance``. Without it Grafana locks what it was sent against
changes in its pages, and with our part of the notification policy the whole tree, of which there is
but one in an organisation: the fabmanagers could not add a contact of their own, nor pause a rule
during an open day. What they change of ours shows as a difference and is put back by the next push.
"""

from dashboards.grafana.push.http import address

EDITABLE = {"X-Disable-Provenance": "true"}
DURATIONS = ("for", "keep_firing_for", "group_wait", "group_interval", "repeat_interval")
"""Fields that hold durations."""


def path(*steps: str) -> str:
    """Return an address of the provisioning API."""
    return address("v1", "provisioning", *steps)
