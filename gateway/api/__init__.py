"""Open data: what a town lets everybody read, as JSON, CSV and SenML (docs/open-data.md)."""
