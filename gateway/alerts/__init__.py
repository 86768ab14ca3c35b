"""Alerts: who must know what, evaluated here so that they work without Grafana (docs/alerts.md)."""

from gateway.alerts.firing import Firing, firing
from gateway.alerts.keeper import Alerts

__all__ = ["Alerts", "Firing", "firing"]
