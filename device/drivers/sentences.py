"""What to say of a part that cannot be read: the cause, one next action. ``{}`` is the part."""

_SENTENCES = {
    "missing": "Le capteur {} ne répond pas : vérifiez ses fils.",
    "not-ready": "Le capteur {} n’a pas fini de mesurer : attendez quelques secondes.",
    "checksum": "Le capteur {} est mal compris : prenez des fils plus courts et serrez-les.",
    "out-of-range": "Le capteur {} donne une valeur impossible : changez-le.",
}


def of(code: str) -> str:
    """Return the sentence for the code of a SensorError."""
    return _SENTENCES.get(code, "Le capteur {} est en panne : débranchez-le, puis rebranchez-le.")
