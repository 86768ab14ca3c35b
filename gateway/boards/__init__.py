"""The boards of dashboards/ as pages, answered from the journal."""
