"""The wires between the chip's pins and the models of the parts."""

import asyncio

import parts
import world
from battery import Battery

_HELD_MS = 4000


class Line:
    """The wire on one pin. ``rest``: its level when nobody drives it (the pull-up or -down).

    ``hears(level)``, if set, is a part that goes by what the pin gives.
    """

    def __init__(self):
        self.model = None
        self.drives = False
        self.output = 0
        self.rest = 0
        self.on_change = None
        self.hears = None

    def drive(self, level, drives=None):
        """Give a level, or begin or cease to."""
        self.output = level
        if drives is not None:
            self.drives = drives
        if self.drives and self.hears is not None:
            self.hears(level)

    def level(self):
        """Return 0 or 1: what the pin gives, else what the part gives."""
        if self.drives:
            return self.output
        if self.model is not None:
            return self.model.level()
        return self.rest


_lines = {}
_models = {}
_room = None


def solder(build, room):
    """Wire the parts of a ``build.json`` as it says, and let the host handle them.

    Of parts that replace each other only the first is there, unless the world says otherwise.
    """
    global _room
    _room = room
    models = parts.create_models(build["parts"], room, clock=world.model_time, seed=_seed())
    for part in build["parts"]:
        model = models[part["id"]]
        model.plugged = not part["instead_of"]
        _models[part["id"]] = model
        if hasattr(model, "level"):
            for gpio in part["pins"].values():
                line(gpio).model = model
        if hasattr(model, "hear"):
            for wire, gpio in part["pins"].items():
                line(gpio).hears = lambda level, model=model, wire=wire: model.hear(wire, level)
    _apply(world.state["parts"])
    world.watchers["parts"] = _apply
    world.watchers["press"] = _press
    world.watchers["hold"] = lambda part_id: _press(part_id, _HELD_MS)
    world.watchers["say"] = _say


def line(gpio):
    """Return the wire on that pin."""
    if gpio not in _lines:
        _lines[gpio] = Line()
    return _lines[gpio]


def on_bus(sda, scl):
    """Return the parts on the I2C bus of those two pins."""
    return [
        model
        for model in _models.values()
        if model.bus == "i2c" and model.pins["sda"] == sda and model.pins["scl"] == scl
    ]


def send_bits(gpio, data):
    """Send the bits of pixels over the wire of that pin, to whoever is there."""
    model = _data_model("ws2812", gpio)
    if model is not None:
        model.bitstream(data)


def read_dht(gpio, frame):
    """Fill a frame from the DHT sensor on that pin; False if there is none."""
    model = _data_model("dht", gpio)
    if model is None:
        return False
    model.read_into(frame)
    return True


def microvolts(gpio):
    """Return the voltage on that pin: what the part or the battery gives, else nothing."""
    model = _data_model("adc", gpio)
    if model is not None:
        return model.microvolts()
    return Battery(world.state.get("battery", {}), world.model_time).microvolts(gpio, _room.battery)


def listen(pins, samples, rate):
    """Fill an array with what the microphone on those pins sends; zeros if there is none."""
    for model in _models.values():
        if model.bus == "i2s" and model.pins == pins:
            model.listen(samples, rate)
            return
    for i in range(len(samples)):
        samples[i] = 0


def _data_model(bus, gpio):
    for model in _models.values():
        if model.bus == bus and gpio in model.pins.values():
            return model
    return None


def _seed():
    return int(world.state["mac"][-8:], 16)


def _apply(faults):
    for part_id in faults:
        for fault in faults[part_id]:
            setattr(_models[part_id], fault, faults[part_id][fault])


def _press(part_id, milliseconds=150):
    model = _models[part_id]
    model.press(milliseconds)
    for wire in _lines.values():
        if wire.model is model and wire.on_change is not None:
            wire.on_change(0)
            asyncio.create_task(_let_go(wire, milliseconds))


async def _let_go(wire, milliseconds):
    await asyncio.sleep_ms(milliseconds)
    if wire.on_change is not None:
        wire.on_change(1)


def _say(part_id):
    world.log(part_id + ":", _models[part_id])
