"""What can go wrong with a sensor, each with one French sentence for whoever is looking.

Drivers raise these and nothing else: an ``OSError`` of the bus never leaves a driver. The sentences
of those below stand in ``drivers.sentences``, which is loaded when one is raised and then dropped.
"""

import sys


class SensorError(Exception):
    """A part could not be read. ``part`` is its id, ``code`` the reason as one word.

    ``str()`` gives the sentence: ``sentence`` with the part in the place of ``{}``, where a driver
    has an error of its own. The part may be read again at any time: the driver starts it anew.
    """

    code = "failed"
    sentence = ""

    def __init__(self, part: str) -> None:
        super().__init__((self.sentence or _sentence(self.code)).format(part))
        self.part = part


class SensorMissing(SensorError):
    """Nothing answers: a wire is loose, or the part has no power."""

    code = "missing"


class SensorNotReady(SensorError):
    """It answers, but has no measurement to give yet."""

    code = "not-ready"


class SensorChecksum(SensorError):
    """What arrived is not what it sent: long wires, a bad contact, a missing pull-up resistor."""

    code = "checksum"


class SensorOutOfRange(SensorError):
    """It answers with a value that the part cannot measure."""

    code = "out-of-range"


def _sentence(code: str) -> str:
    from drivers import sentences

    sentence = sentences.of(code)
    sys.modules.pop("drivers.sentences", None)
    delattr(sys.modules["drivers"], "sentences")
    return sentence
