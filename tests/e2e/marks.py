"""Marks that these tests share."""

import pytest

from tests.gateway.broker_site import MOSQUITTO

on_both_brokers = pytest.mark.parametrize(
    "broker",
    [
        "nats",
        pytest.param(
            "mosquitto",
            marks=[
                pytest.mark.servers,
                pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"),
            ],
        ),
    ],
)
