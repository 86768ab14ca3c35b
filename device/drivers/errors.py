"""What can go wrong with a sensor, each with one French sentence for whoever is looking.

Drivers raise these and nothing else: an ``OSError`` of the bus never leaves a driver.
"""


class SensorError(Exception):
    """A part could not be read. ``part`` is its id, ``code`` the reason as one word.

    ``str()`` gives the sentence. The part may be read again at any time: the driver starts it anew.
    """

    code = "failed"
    sentence = "Le capteur {} est en panne : débranchez-le, puis rebranchez-le."

    def __init__(self, part: str) -> None:
        super().__init__(self.sentence.format(part))
        self.part = part


class SensorMissing(SensorError):
    """Nothing answers: a wire is loose, or the part has no power."""

    code = "missing"
    sentence = "Le capteur {} ne répond pas : vérifiez ses fils."


class SensorNotReady(SensorError):
    """It answers, but has no measurement to give yet."""

    code = "not-ready"
    sentence = "Le capteur {} n’a pas fini de mesurer : attendez quelques secondes."


class SensorChecksum(SensorError):
    """What arrived is not what it sent: long wires, a bad contact, a missing pull-up resistor."""

    code = "checksum"
    sentence = "Le capteur {} est mal compris : prenez des fils plus courts et serrez-les."


class SensorOutOfRange(SensorError):
    """It answers with a value that the part cannot measure."""

    code = "out-of-range"
    sentence = "Le capteur {} donne une valeur impossible : changez-le."
