"""A bench for drivers: their part as a model on its pins, in a room, with time that is not waited.

Import it first: drivers then get this time and these pins.
"""

import asyncio
import sys


class Time:
    """The ``time`` of the drivers: it advances only while somebody sleeps.

    Its ticks have the ESP32's 30 bits, and start again from 0 after three seconds, so that every
    test of some length meets that.
    """

    now = 0

    def ticks_ms(self):
        """Return the milliseconds, modulo 2**30."""
        return (self.now - 3000) & 0x3FFFFFFF

    def ticks_diff(self, end, start):
        """Return the milliseconds from start to end, less than 2**29 either way."""
        return ((end - start + 0x20000000) & 0x3FFFFFFF) - 0x20000000

    def ticks_add(self, ticks, delta):
        """Return the ticks ``delta`` milliseconds later."""
        return (ticks + delta) & 0x3FFFFFFF


clock = Time()
sys.modules["time"] = clock
_turn = asyncio.sleep_ms


_alarms = []


async def _sleep_ms(milliseconds):
    alarm = clock.now + milliseconds
    _alarms.append(alarm)
    await _turn(0)
    while clock.now < alarm:
        # All others have had their turn: whoever wakes first may move the time on.
        if alarm == min(_alarms):
            clock.now = alarm
        else:
            await _turn(0)
    _alarms.remove(alarm)


asyncio.sleep_ms = _sleep_ms

from twin.board.parts import create_models  # noqa: E402 - it takes the time from above


class Room:
    """What is true around the sensors; tests change it."""

    co2 = 912
    temperature = 21.5
    humidity = 44.0
    pressure = 1008.3
    light = 412.0
    moisture = 37.0
    voltage = 12.03
    current = 0.417
    noise = 63.0
    entered = 0
    left = 0
    votes = (0, 0, 0, 0, 0)


class Pin:
    """A pin; what it is wired to stands in ``wires``."""

    IN, OUT, PULL_UP, PULL_DOWN, OPEN_DRAIN = range(5)

    def __init__(self, number, mode=-1, pull=-1, value=None):
        self.number = number
        self.pull = pull
        if value is not None:
            self.value(value)

    def init(self, mode=-1):
        """Take any mode."""

    def value(self, level=None):
        """Return the level of the wire, or set it."""
        model = wires[self.number]
        if level is None:
            return model.level()
        wire = next(name for name in model.pins if model.pins[name] == self.number)
        model.hear(wire, level)
        return None


class I2S:
    """Samples of the microphone, as many as are asked for: they have come meanwhile."""

    RX, MONO = 9, 0
    rate = 0

    def __init__(self, number, *, mode, bits, rate, **settings):
        assert (mode, bits, settings["format"]) == (self.RX, 32, self.MONO)
        self.rate = rate

    def readinto(self, samples):
        """Fill the array."""
        models["inmp441"].listen(samples, self.rate)
        return 4 * len(samples)

    @staticmethod
    def shift(buf, bits, shift):
        """Shift each sample."""
        for i in range(len(buf)):
            buf[i] = buf[i] << shift if shift >= 0 else buf[i] >> -shift


class I2C:
    """A bus that leads to the models."""

    def __init__(self, *identity, scl, sda, freq):
        self.identity = identity

    def writeto(self, address, data):
        """Write to the part of that address."""
        self._model(address).write(address, data)

    def readfrom(self, address, count):
        """Read from the part of that address."""
        return self._model(address).read(address, count)

    def writeto_mem(self, address, register, data):
        """Write to a register of the part of that address."""
        self.writeto(address, bytes((register,)) + data)

    def readfrom_mem(self, address, register, count):
        """Read from a register of the part of that address."""
        self.writeto(address, bytes((register,)))
        return self.readfrom(address, count)

    def _model(self, address):
        for model in models.values():
            if model.bus == "i2c" and address in model.addresses:
                return model
        raise OSError(19)


class ADC:
    """The converter, up to 2450 mV with the attenuation of 11 dB, which must be asked for."""

    ATTN_11DB = 3

    def __init__(self, pin, atten=0):
        self._pin = pin
        self._limit_uv = 2_450_000 if atten == self.ATTN_11DB else 950_000

    def read_uv(self):
        """Return the microvolts of the wire, as far as the range goes."""
        return min(self._limit_uv, wires[self._pin.number].microvolts())


class Machine:
    """The ``machine`` of the drivers."""

    Pin = Pin
    ADC = ADC
    I2C = I2C
    I2S = I2S
    SoftI2C = I2C

    def dht_readinto(self, pin, frame):
        """Fill a frame from the DHT sensor."""
        models["dht22"].read_into(frame)

    def bitstream(self, pin, encoding, timing, data):
        """Send the bits of the pixels."""
        models["pixels"].bitstream(data)


sys.modules["machine"] = Machine()

from twin.board import neopixel  # noqa: E402 - it takes the machine from above

sys.modules["neopixel"] = neopixel
room = Room()
models = {}
wires = {}

_PARTS = {
    "scd41": ("i2c", {"sda": 21, "scl": 22}, (0x62,), {}),
    "sht31": ("i2c", {"sda": 21, "scl": 22}, (0x44, 0x45), {}),
    "dht22": ("dht", {"data": 4}, (), {}),
    "bme280": ("i2c", {"sda": 21, "scl": 22}, (0x76, 0x77), {}),
    "bh1750": ("i2c", {"sda": 21, "scl": 22}, (0x23, 0x5C), {}),
    "ina219": ("i2c", {"sda": 21, "scl": 22}, (0x40, 0x41, 0x44, 0x45), {}),
    "soil": ("adc", {"signal": 34}, (), {"divider": 2}),
    "pixels": ("ws2812", {"data": 4}, (), {"count": 12, "current_limit_ma": 850}),
    "button": ("gpio", {"input": 27}, (), {}),
    "pir": ("gpio", {"input": 26}, (), {}),
    "inmp441": ("i2s", {"sck": 32, "ws": 25, "sd": 33}, (), {}),
    "gate": (
        "i2c",
        {"sda": 21, "scl": 22, "xshut_outside": 26, "xshut_inside": 27},
        (0x29, 0x30, 0x31),
        {},
    ),
}


def plug(driver, channel="presses", pin=None, **settings):
    """Return (driver object, model) of a part, as the firmware makes it from build.json.

    ``channel``, ``pin``: of a button.
    """
    bus, pins, addresses, defaults = _PARTS[driver]
    if pin is not None:
        pins = {"input": pin}
    part = {
        "id": driver,
        "driver": driver,
        "bus": bus,
        "pins": pins,
        "addresses": addresses,
        "settings": dict(defaults, **settings),
        "channels": [channel],
    }
    models.update(create_models([part], room, ticks=clock.ticks_ms))
    for number in pins.values():
        wires[number] = models[driver]
    clock.now += 100  # the board boots
    module = __import__("drivers." + driver, None, None, ["create"])
    return module.create(part), models[driver]


async def failure(awaitable):
    """Return the code of the SensorError that it raises; None if it raises none."""
    from drivers.errors import SensorError

    try:
        await awaitable
    except SensorError as error:
        return error.code
    return None


async def refusal(awaitable):
    """Return the sentence of the ValueError that it raises; None if it raises none."""
    try:
        await awaitable
    except ValueError as error:
        return str(error)
    return None


def near(value, truth, tolerance):
    """Tell whether a reading is as close to the truth as the data sheet promises."""
    return abs(value - truth) <= tolerance
