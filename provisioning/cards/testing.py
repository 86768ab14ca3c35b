"""What the self-test and the way to the broker can find wrong."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield from _of_parts()
    yield from _of_the_wifi()
    yield from _of_the_broker()
    yield Card(
        "clock-missing",
        _("The board does not learn the time"),
        _("The broker answers, and nobody tells the board what time it is."),
        _("Start the service with “fabnum up”, then test again."),
    )
    yield Card(
        "not-publishing",
        _("No reading arrives"),
        _("All tests passed, and no reading of the board has come in."),
        _("Run “fabnum rescue”: it reads what the board says in its log."),
    )


def _of_parts() -> Iterator[Card]:
    yield Card(
        "firmware-missing",
        _("Not the program of this build"),
        _("The board does not hold the program of this build, or only part of it."),
        _("Install the program, then test again."),
    )
    yield Card(
        "sensor-missing",
        _("A sensor does not answer"),
        _("The board does not find one of its parts."),
        _("Check its wires against the picture of the build, then test again."),
    )
    yield Card(
        "sensor-garbled",
        _("A sensor is not understood"),
        _("What the sensor sends arrives damaged."),
        _("Take shorter wires and press them in firmly, then test again."),
    )
    yield Card(
        "sensor-implausible",
        _("A sensor gives an odd value"),
        _("The sensor answers with a value that no normal room has."),
        _("Let the sensor rest for a minute in fresh air, then test again."),
    )
    yield Card(
        "sensor-broken",
        _("A sensor is out of order"),
        _("The sensor answers, and measures nothing that can be."),
        _("Replace the sensor, then test again."),
    )
    yield Card(
        "sensor-other",
        _("Another sensor than the build needs"),
        _("What answers is another part, such as a BMP280, which is sold in place of a BME280."),
        _("Replace it by the sensor of the parts list, then test again."),
    )
    yield Card(
        "sensor-overloaded",
        _("More current than the sensor can bear"),
        _("The sensor feels more than its 3.2 A or 26 V."),
        _("Unplug the device that is measured, then test again."),
    )
    yield Card(
        "sensor-unmoved",
        _("A sensor feels nothing"),
        _("The value of the sensor stayed where it was."),
        _("Test again, from closer and for longer; if it stays, replace the sensor."),
    )
    yield Card(
        "button-dead",
        _("No press arrives"),
        _("The board has felt no press of its button."),
        _("Check both wires of the button, then test again and press it firmly."),
    )
    yield Card(
        "button-stuck",
        _("The button seems pressed all the time"),
        _("The contact of the button is closed though nobody presses it."),
        _("Turn the button by a quarter, so that its wires sit on two opposite corners."),
    )
    yield Card(
        "leds-dead",
        _("The LEDs do not light up as they should"),
        _("Somebody saw other colours than red, green and blue, or none."),
        _("Check the three wires of the strip and the direction of its arrows, then test again."),
    )


def _of_the_wifi() -> Iterator[Card]:
    yield Card(
        "not-configured",
        _("The board has no name yet"),
        _("The board does not know which object it is, nor its Wi-Fi and its broker."),
        _("Enrol it, then test again."),
    )
    yield Card(
        "wifi-not-found",
        _("The Wi-Fi is not in sight"),
        _("The board sees no Wi-Fi of the name that it was given."),
        _("Check the name of the Wi-Fi, and that it works at 2.4 GHz."),
    )
    yield Card(
        "wifi-password",
        _("The Wi-Fi refuses the password"),
        _("The Wi-Fi is there, and does not accept the password that the board was given."),
        _("Enter the password of the Wi-Fi again, then enrol the board again."),
    )
    yield Card(
        "wifi-refused",
        _("The Wi-Fi does not take the board in"),
        _("The Wi-Fi is there, and takes the board not in or gives it no address."),
        _("Restart the access point, then test again."),
    )
    yield Card(
        "wifi-weak",
        _("The Wi-Fi is too weak"),
        _("The board hears the Wi-Fi so weakly that readings would get lost on the way."),
        _("Bring the board closer to the access point, then test again."),
    )


def _of_the_broker() -> Iterator[Card]:
    yield Card(
        "broker-unreachable",
        _("The broker does not answer"),
        _("The board is in the Wi-Fi, and nobody answers at the address of the broker."),
        _("Start the service with “fabnum up”, and connect its PC to the same network."),
    )
    yield Card(
        "broker-refused",
        _("The broker refuses the board"),
        _("The broker does not accept the name or the password of this object."),
        _("Enrol the board again: it gets a new password."),
    )
    yield Card(
        "broker-foreign",
        _("Something else than the broker answers"),
        _("What answers at the address of the broker does not speak as a broker does."),
        _("Check the address and the port of the broker in the settings of the site."),
    )
    yield Card(
        "broker-interrupted",
        _("The broker does not keep the connection"),
        _("The broker took the board in, and did not acknowledge what it sent."),
        _("Look with “fabnum doctor” whether the service is well, then test again."),
    )
    yield Card(
        "tls-failed",
        _("The broker’s certificate is refused"),
        _("The broker shows another certificate than the one that the board trusts."),
        _("Enrol the board again: it gets the certificate of this site."),
    )
    yield Card(
        "board-memory",
        _("The board’s memory is full"),
        _("The board has not enough memory left to reach the broker."),
        _("Press EN (or RST), then test again."),
    )
