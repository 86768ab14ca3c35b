"""Each kind of thing in an organisation of Grafana: how it is read, compared and written."""
