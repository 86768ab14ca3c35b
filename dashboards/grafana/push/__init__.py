"""Boards and alerts into a running Grafana: what is wanted, what is there, and the steps between.

``http`` talks to Grafana; ``kinds`` knows each kind of thing (data source, folder, board …): how it
is read, compared and written; ``plan`` compares; ``push`` carries out; ``words`` tells it.

It speaks Grafana's ``/api``, the one form that Grafana 10 to 13 share. Grafana 13 calls it legacy
and prefers ``/apis``, which 10 and 11 do not have and which covers neither organisations, teams,
public boards nor alert provisioning
(https://grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api/apis-migration/).
What differs between the versions is avoided: data sources by number (off since 13), folders by
number, waiting for the alerting of a new organisation by anything but asking again.
"""
