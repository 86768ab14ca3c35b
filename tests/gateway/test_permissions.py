"""What a device may do at the broker, tried on the real servers over TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import enrol
from gateway.broker.credentials import gateway_login
from kit.names import DEVICE_LEAVES, TIME_TOPIC
from tests.gateway.broker_site import MOSQUITTO, BrokerSite, MosquittoSite, NatsSite


@pytest.fixture(
    params=[
        "nats",
        pytest.param(
            "mosquitto",
            marks=[
                pytest.mark.servers,
                pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"),
            ],
        ),
    ]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerSite]:
    running = NatsSite(tmp_path) if request.param == "nats" else MosquittoSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


def test_a_device_publishes_its_five_leaves_and_the_gateway_hears_them(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    gateway, device = site.gateway(), site.device(key, password)
    for leaf in DEVICE_LEAVES:
        assert gateway.subscribe(f"fabnum/1/+/+/{leaf}")
    for leaf in DEVICE_LEAVES:
        device.publish(key.topic(leaf), leaf)
    gateway.wait_for(lambda: len(gateway.heard) == len(DEVICE_LEAVES))
    assert {(topic, payload.decode()) for topic, payload, _ in gateway.heard} == {
        (key.topic(leaf), leaf) for leaf in DEVICE_LEAVES
    }


def test_a_device_hears_its_command_and_the_time(site: BrokerSite) -> None:
    key, password = site.enrol("lamp-1")
    gateway, device = site.gateway(), site.device(key, password)
    assert device.subscribe(key.topic("command"))
    assert device.subscribe(TIME_TOPIC, qos=0)
    gateway.publish(key.topic("command"), b"colour")
    gateway.publish(TIME_TOPIC, b"1763700000")
    device.wait_to_hear(b"colour")
    device.wait_to_hear(b"1763700000")


FORGED = [
    "fabnum/1/gonesse/other/telemetry",
    "fabnum/1/hem/air-1/telemetry",
    "fabnum/1/gonesse/air-1/command",
    "fabnum/1/gonesse/air-1/telemetry/more",
    "fabnum/1/gonesse/air-1/anything",
    "fabnum/1/time",
    "fabnum",
]


def test_a_forged_topic_reaches_nobody(site: BrokerSite) -> None:
    site.enrol("other")
    site.enrol("air-1", town="hem")
    victim = site.enrol("victim")
    key, password = site.enrol("air-1")
    gateway, device, listener = site.gateway(), site.device(key, password), site.device(*victim)
    for leaf in DEVICE_LEAVES:
        assert gateway.subscribe(f"fabnum/1/+/+/{leaf}")
    assert listener.subscribe(TIME_TOPIC)
    for topic in FORGED:
        device.send(topic, b"forged")
        device.send(topic, b"forged and kept", retain=True)
    # What comes after on the same connection is heard: the forged ones were before it.
    device.publish(key.topic("telemetry"), b"true")
    gateway.wait_to_hear(b"true")
    gateway.publish(TIME_TOPIC, b"1763700000")
    listener.wait_to_hear(b"1763700000")
    assert gateway.payloads() == [b"true"]
    assert listener.payloads() == [b"1763700000"]
    late = site.device(*victim, client_id="late")
    assert late.subscribe(TIME_TOPIC)
    gateway.publish(TIME_TOPIC, b"1763700060")
    late.wait_to_hear(b"1763700060")
    assert late.payloads() == [b"1763700060"]


SPYING = [
    "#",
    "+/+/+/+/+",
    "fabnum/#",
    "fabnum/1/gonesse/lamp-1/#",
    "fabnum/1/+/+/command",
    "fabnum/1/gonesse/lamp-1/command",
    "fabnum/1/gonesse/lamp-1/telemetry",
    "fabnum/1/gonesse/spy/telemetry",
    "$SYS/#",
    "$MQTT/#",
    "$MQTT/sub/#",
    "$MQTT/msgs/#",
    "$JS/API/#",
]


def test_a_device_cannot_listen_to_others(site: BrokerSite) -> None:
    spy_key, spy_password = site.enrol("spy")
    key, password = site.enrol("lamp-1")
    gateway, device = site.gateway(), site.device(key, password)
    assert device.subscribe(key.topic("command"))
    assert gateway.subscribe("fabnum/1/+/+/telemetry")
    device.publish(key.topic("status"), b"kept", retain=True)
    spy = site.device(spy_key, spy_password)
    for topic in SPYING:
        spy.subscribe(topic)
        spy.subscribe(topic, qos=0)
    assert spy.subscribe(spy_key.topic("command"))
    gateway.publish(key.topic("command"), b"secret")
    device.publish(key.topic("telemetry"), b"secret")
    device.wait_to_hear(b"secret")
    gateway.wait_to_hear(b"secret")
    # Its own command comes last: whatever it was to hear, it has heard by then.
    gateway.publish(spy_key.topic("command"), b"own")
    spy.wait_to_hear(b"own")
    assert set(spy.payloads()) == {b"own"}


def test_the_gateway_cannot_speak_for_a_device(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    gateway, device = site.gateway(), site.device(key, password)
    for leaf in DEVICE_LEAVES:
        assert gateway.subscribe(f"fabnum/1/+/+/{leaf}")
        gateway.send(key.topic(leaf), b"forged")
    gateway.publish(TIME_TOPIC, b"1763700000")
    device.publish(key.topic("telemetry"), b"true")
    gateway.wait_to_hear(b"true")
    assert gateway.payloads() == [b"true"]


def test_a_wrong_password_is_refused(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    other, other_password = site.enrol("air-2")
    site.device(key, password)
    site.device(other, other_password)
    assert not site.client(key.user, "wrong").try_to_connect()
    assert not site.client(key.user, other_password).try_to_connect()
    assert not site.client(key.user, "").try_to_connect()
    assert not site.client("nobody", password).try_to_connect()


def test_a_hash_is_no_password(site: BrokerSite) -> None:
    key, _password = site.enrol("air-1")
    stored = site.registry.find(key)
    assert stored is not None
    assert not site.client(key.user, stored.bcrypt_hash).try_to_connect()
    assert not site.client(key.user, stored.pbkdf2_hash).try_to_connect()


def test_without_tls_nobody_gets_in(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    site.device(key, password)
    assert not site.client(key.user, password, tls=False).try_to_connect()


def test_a_revoked_device_is_out_and_the_others_notice_nothing(site: BrokerSite) -> None:
    revoked_key, revoked_password = site.enrol("stolen")
    key, password = site.enrol("air-1")
    gateway = site.gateway()
    revoked, device = site.device(revoked_key, revoked_password), site.device(key, password)
    assert gateway.subscribe("fabnum/1/+/+/telemetry")
    enrol.revoke(site.registry, revoked_key)
    revoked.wait_for(lambda: not revoked.is_connected)
    assert not site.client(revoked_key.user, revoked_password).try_to_connect()
    device.publish(key.topic("telemetry"), b"still here")
    gateway.wait_to_hear(b"still here")
    assert (device.drops, gateway.drops) == (0, 0)


def test_a_new_password_ends_the_old_one(site: BrokerSite) -> None:
    key, old = site.enrol("air-1")
    device = site.device(key, old)
    new = enrol.rotate(site.settings, site.registry, key).password
    device.wait_for(lambda: not device.is_connected)
    assert not site.client(key.user, old).try_to_connect()
    site.device(key, new)


def test_the_last_will_is_published_and_kept(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway()
    assert gateway.subscribe("fabnum/1/+/+/status")
    device = site.device(key, password, will=(key.topic("status"), b"lost"))
    device.publish(key.topic("status"), b"ready", retain=True)
    device.vanish()
    gateway.wait_to_hear(b"lost")
    late = site.client(*_login(site), "late").connected()
    assert late.subscribe("fabnum/1/+/+/status")
    late.wait_to_hear(b"lost")
    assert late.heard == [(key.topic("status"), b"lost", True)]


def test_a_forged_last_will_reaches_nobody(site: BrokerSite) -> None:
    key, password = site.enrol("air-1")
    victim, victim_password = site.enrol("victim")
    gateway, honest = site.gateway(), site.device(victim, victim_password)
    assert gateway.subscribe("fabnum/1/+/+/status")
    device = site.device(key, password, will=(victim.topic("status"), b"forged"))
    device.vanish()
    honest.publish(victim.topic("status"), b"ready")
    gateway.wait_to_hear(b"ready")
    again = site.device(key, password)
    again.publish(key.topic("status"), b"back")
    gateway.wait_to_hear(b"back")
    assert b"forged" not in gateway.payloads()


def test_a_flood_of_client_ids_from_one_device_leaves_the_others_alone(site: BrokerSite) -> None:
    key, password = site.enrol("flood")
    other, other_password = site.enrol("air-1")
    gateway, device = site.gateway(clean=False), site.device(other, other_password)
    assert gateway.subscribe("fabnum/1/+/+/telemetry")
    for number in range(30):
        intruder = site.device(key, password, client_id=f"flood-{number}", clean=False)
        intruder.subscribe(key.topic("command"))
        intruder.disconnect()
    device.publish(other.topic("telemetry"), b"1")
    gateway.wait_to_hear(b"1")
    assert (device.drops, gateway.drops) == (0, 0)


def test_the_gateways_client_id_cannot_be_guessed(site: BrokerSite) -> None:
    site.settle()
    login = gateway_login(site.folder)
    assert login.client_id != login.user
    assert len(login.client_id) >= 32


def _login(site: BrokerSite) -> tuple[str, str]:
    login = gateway_login(site.folder)
    return login.user, login.password
