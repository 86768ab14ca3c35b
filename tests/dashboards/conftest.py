"""What tests of dashboards share."""

from tests.dashboards.week import week

__all__ = ["week"]
