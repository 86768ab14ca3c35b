"""The broker: its certificates, its users and their rights, and the nats-server the gateway runs.

``authority`` makes the certificates, ``credentials`` the passwords, ``nats`` and ``mosquitto``
render what each broker reads, ``supervisor`` and ``outside`` keep a running broker to it.
"""
