"""Alerts as code: rules over signals, evaluated by the gateway and provisioned to Grafana."""

from dashboards.alerts.rule import Change, Rule, Watched, rules

__all__ = ["Change", "Rule", "Watched", "rules"]
