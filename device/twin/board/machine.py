"""The ESP32's own hardware, with the limits of the chip: what fails there fails here.

Wires lead to the models of the parts (``wiring.py``); what survives a reset, the clock and the RTC
memory, lies in the twin's folder on the PC.
"""

import _thread
import errno
import json
import time

import micropython
import network
import umachine
import utime
import wiring
import world
from i2s import I2S  # noqa: F401 - part of this module as on the chip

Signal = umachine.Signal
idle = umachine.idle
time_pulse_us = umachine.time_pulse_us

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5
PIN_WAKE = 2
TIMER_WAKE = 4

_RESET_CAUSES = {
    "power": PWRON_RESET,
    "reset": HARD_RESET,
    "watchdog": WDT_RESET,
    "sleep": DEEPSLEEP_RESET,
    "soft": SOFT_RESET,
}
_RTC_FILE = world.HOST + "/rtc.json"
_RTC_MEMORY = 2048

_PINS = {
    "esp32": tuple(n for n in range(40) if not 6 <= n <= 11 and n not in (20, 24, 28, 29, 30, 31)),
    "esp32s3": tuple(n for n in range(49) if not 22 <= n <= 32),
    "esp32c3": tuple(n for n in range(22) if not 11 <= n <= 17),
}
"""Pins by chip: not those of the flash, nor those that the chip has not (machine_pin.c)."""

_INPUT_ONLY_PINS = {"esp32": tuple(range(34, 40)), "esp32s3": (), "esp32c3": ()}
_ADC1_PINS = {
    "esp32": tuple(range(32, 40)),
    "esp32s3": tuple(range(1, 11)),
    "esp32c3": tuple(range(5)),
}
_ADC2_PINS = {
    "esp32": (0, 2, 4, 12, 13, 14, 15, 25, 26, 27),
    "esp32s3": tuple(range(11, 21)),
    "esp32c3": (5,),
}

_pins = _PINS["esp32"]
_input_only = _INPUT_ONLY_PINS["esp32"]
_adc1 = _ADC1_PINS["esp32"]
_adc2 = _ADC2_PINS["esp32"]

_cause = PWRON_RESET
_frequency = 160_000_000


def be_chip(name):
    """Have the pins of that chip from now on."""
    global _pins, _input_only, _adc1, _adc2
    _pins = _PINS[name]
    _input_only = _INPUT_ONLY_PINS[name]
    _adc1 = _ADC1_PINS[name]
    _adc2 = _ADC2_PINS[name]


def boot(cause):
    """Start the chip with what a reset has left of it."""
    global _cause
    _cause = _RESET_CAUSES[cause]
    _keep("offset_ns", time.start_clock(_kept().get("offset_ns")))  # it goes on also if not set


def reset_cause():
    """Return why the chip started."""
    return _cause


def wake_reason():
    """Return what ended the deep sleep."""
    return TIMER_WAKE if _cause == DEEPSLEEP_RESET else 0


def reset():
    """Start again, as the button EN does. Never returns."""
    world.leave("reset")


def soft_reset():
    """Start the interpreter again. Never returns."""
    world.leave("soft")


def deepsleep(time_ms=None):
    """Switch off for that long, then start again. Never returns."""
    world.leave("sleep", ms=time_ms)


def lightsleep(time_ms=0):
    """Pause for that long."""
    time.sleep_ms(time_ms)


def unique_id():
    """Return the six bytes of the chip's own address."""
    return bytes.fromhex(world.state["mac"])


def freq(hertz=None):
    """Return or set the frequency of the processor."""
    global _frequency
    if hertz is None:
        return _frequency
    if hertz not in (20_000_000, 40_000_000, 80_000_000, 160_000_000, 240_000_000):
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    _frequency = hertz
    return None


def disable_irq():
    """Do nothing: nothing interrupts here."""
    return 0


def enable_irq(state=0):
    """Do nothing: nothing interrupts here."""


class Pin(umachine.PinBase):
    """A pin of the chip, by its GPIO number."""

    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    DRIVE_0 = 0
    DRIVE_1 = 1
    DRIVE_2 = 2
    DRIVE_3 = 3

    def __init__(self, id, mode=-1, pull=-1, *, value=None, drive=0, hold=None):
        if id not in _pins:
            raise ValueError("invalid pin")
        self.id = id
        self._line = wiring.line(id)
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None, drive=0, hold=None):
        """Set mode, pull-up or pull-down, and what an output gives."""
        if mode in (Pin.OUT, Pin.OPEN_DRAIN) and self.id in _input_only:
            raise ValueError("pin can only be input")
        level = self._line.output if value is None else int(bool(value))
        self._line.drive(level, None if mode == -1 else mode != Pin.IN)
        if pull != -1 and self.id not in _input_only:
            self._line.rest = 1 if pull == Pin.PULL_UP else 0

    def value(self, level=None):
        """Return the level of the wire, or set what the pin gives."""
        world.poll()
        if level is None:
            return self._line.level()
        self._line.drive(int(bool(level)))
        return None

    def __call__(self, level=None):
        """Do the same as value()."""
        return self.value(level)

    def on(self):
        """Set it high."""
        self.value(1)

    def off(self):
        """Set it low."""
        self.value(0)

    def toggle(self):
        """Set it to the other level."""
        self.value(not self._line.output)

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, wake=None):
        """Call ``handler(pin)`` when the level changes that way."""
        if handler is None:
            self._line.on_change = None
            return

        def changed(level):
            if trigger & (Pin.IRQ_RISING if level else Pin.IRQ_FALLING):
                handler(self)

        self._line.on_change = changed

    def __repr__(self):
        return "Pin({})".format(self.id)


class SoftI2C:
    """The bus on two pins: parts that are wired to other pins do not answer."""

    def __init__(self, scl, sda, *, freq=400_000, timeout=50_000):
        if scl.id in _input_only or sda.id in _input_only:
            raise ValueError("pin can only be input")
        self._pins = (sda.id, scl.id)

    def scan(self):
        """Return the addresses that answer, from 0x08 to 0x77."""
        world.poll()
        return sorted(
            address
            for model in wiring.on_bus(*self._pins)
            for address in model.addresses
            if _answers(model, address)
        )

    def writeto(self, address, data, stop=True):
        """Write to a part; OSError(ENODEV) if none has that address."""
        data = bytes(data)
        self._model(address).write(address, data)
        return len(data)

    def writevto(self, address, parts, stop=True):
        """Write several buffers as one."""
        return self.writeto(address, b"".join(parts), stop)

    def readfrom(self, address, count, stop=True):
        """Read from a part; OSError(ENODEV) if none has that address."""
        return self._model(address).read(address, count)

    def readfrom_into(self, address, buffer, stop=True):
        """Read from a part until the buffer is full."""
        buffer[:] = self.readfrom(address, len(buffer))

    def writeto_mem(self, address, register, data, *, addrsize=8):
        """Write to a register."""
        self.writeto(address, register.to_bytes(addrsize // 8, "big") + bytes(data))

    def readfrom_mem(self, address, register, count, *, addrsize=8):
        """Read from a register."""
        self.writeto(address, register.to_bytes(addrsize // 8, "big"))
        return self.readfrom(address, count)

    def readfrom_mem_into(self, address, register, buffer, *, addrsize=8):
        """Read from a register until the buffer is full."""
        buffer[:] = self.readfrom_mem(address, register, len(buffer), addrsize=addrsize)

    def _model(self, address):
        world.poll()
        for model in wiring.on_bus(*self._pins):
            if address in model.addresses:
                return model
        raise OSError(errno.ENODEV)


class I2C(SoftI2C):
    """One of the two controllers. Without pins: 18 and 19, or 25 and 26, as in the ESP32 port."""

    def __init__(self, id=0, *, scl=None, sda=None, freq=400_000, timeout=50_000):
        if id not in (0, 1):
            raise ValueError("I2C({}) doesn't exist".format(id))
        default_scl, default_sda = ((18, 19), (25, 26))[id]
        super().__init__(scl or Pin(default_scl), sda or Pin(default_sda))


def _answers(model, address):
    try:
        model.write(address, b"")
    except OSError:
        return False
    return True


class ADC:
    """The converter: 12 bits, linear to 2450 mV at 11 dB. Half of the pins need a silent radio."""

    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3
    WIDTH_9BIT = 9
    WIDTH_10BIT = 10
    WIDTH_11BIT = 11
    WIDTH_12BIT = 12

    _FULL_SCALE_MV = (950, 1250, 1750, 2450)

    def __init__(self, pin, *, atten=ATTN_0DB):
        self._pin = pin if isinstance(pin, Pin) else Pin(pin)
        if self._pin.id not in _adc1 and self._pin.id not in _adc2:
            raise ValueError("invalid pin")
        self._attenuation = atten

    def atten(self, attenuation):
        """Choose the range."""
        self._attenuation = attenuation

    def width(self, bits):
        """Do nothing: the readings of this converter always have 12 bits."""

    def read_uv(self):
        """Return the voltage in microvolts, as far as the range goes."""
        station = network.station()
        if self._pin.id in _adc2 and station is not None and station.active():
            raise OSError(errno.ETIMEDOUT)  # the radio has the second converter
        limit = self._FULL_SCALE_MV[self._attenuation] * 1000
        return max(0, min(limit, wiring.microvolts(self._pin.id)))

    def read(self):
        """Return 0 to 4095."""
        return self.read_uv() * 4095 // (self._FULL_SCALE_MV[self._attenuation] * 1000)

    def read_u16(self):
        """Return 0 to 65535."""
        raw = self.read()
        return raw << 4 | raw >> 8


class PWM:
    """A pin that is switched fast, for brightness or tone."""

    def __init__(self, pin, *, freq=5000, duty=None, duty_u16=None, duty_ns=None, invert=0):
        self._pin = pin
        self.init(freq=freq, duty=duty, duty_u16=duty_u16)

    def init(self, *, freq=None, duty=None, duty_u16=None):
        """Set what is given."""
        if freq is not None:
            self._frequency = freq
        self._duty = 32768
        if duty is not None:
            self._duty = duty << 6
        if duty_u16 is not None:
            self._duty = duty_u16

    def freq(self, hertz=None):
        """Return or set the frequency in Hz."""
        if hertz is None:
            return self._frequency
        self._frequency = hertz
        return None

    def duty(self, value=None):
        """Return or set the share of the time that it is high: 0 to 1023."""
        if value is None:
            return self._duty >> 6
        self._duty = value << 6
        return None

    def duty_u16(self, value=None):
        """Return or set the share of the time that it is high: 0 to 65535."""
        if value is None:
            return self._duty
        self._duty = value
        return None

    def deinit(self):
        """Stop."""
        self._duty = 0


class RTC:
    """The clock, and 2048 bytes, that go on through resets and deep sleep but not without power."""

    def datetime(self, moment=None):
        """Return or set (year, month, day, weekday, hour, minute, second, microsecond)."""
        if moment is None:
            year, month, day, hour, minute, second, weekday, _ = time.gmtime()
            return (year, month, day, weekday, hour, minute, second, 0)
        year, month, day, _, hour, minute, second = moment[:7]
        _keep("offset_ns", time.set_clock(time.mktime((year, month, day, hour, minute, second))))
        return None

    def memory(self, data=None):
        """Return or set the bytes."""
        if data is None:
            return bytes.fromhex(_kept().get("memory", ""))
        if len(data) > _RTC_MEMORY:
            raise ValueError("buffer too long")
        _keep("memory", bytes(data).hex())
        return None


def _kept():
    try:
        with open(_RTC_FILE) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def _keep(name, value):
    kept = _kept()
    kept[name] = value
    with open(_RTC_FILE, "w") as file:
        json.dump(kept, file)


class WDT:
    """The watchdog. The host sees when it was last fed, and is the one who bites.

    So it works even while the program is stuck. Once started it cannot be stopped, also not by a
    soft reset. There is one: made again, it takes the new time (ports/esp32/machine_wdt.c).
    """

    _file = None
    _timeout = ""

    def __init__(self, id=0, timeout=5000):
        if id != 0 or timeout <= 0:
            raise ValueError
        if WDT._file is None:
            WDT._file = open(world.HOST + "/watchdog", "w")
        WDT._timeout = "%10d" % timeout
        self.feed()

    def feed(self):
        """Say that all is well."""
        WDT._file.seek(0)
        WDT._file.write(WDT._timeout)


class Timer:
    """A timer that calls a function, also in the middle of a loop that never waits.

    A thread stands for the hardware: it does nothing but wait, and hands the callback to the main
    thread, which runs it between two steps, as on the chip.
    """

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id, **settings):
        self._turn = 0
        if settings:
            self.init(**settings)

    def init(self, *, mode=PERIODIC, period=-1, freq=-1, callback=None):
        """Start it: ``period`` in milliseconds, or ``freq`` in Hz."""
        self._turn += 1
        period = int(1000 / freq) if freq > 0 else period
        _thread.start_new_thread(self._run, (self._turn, mode, period, callback))

    def deinit(self):
        """Stop it."""
        self._turn += 1

    def _run(self, turn, mode, period, callback):
        while True:
            utime.sleep_ms(period)
            if turn != self._turn:
                return
            try:
                micropython.schedule(callback, self)
            except RuntimeError:
                pass  # too many wait already: it is left out, as on the chip
            if mode == Timer.ONE_SHOT:
                return


def bitstream(pin, encoding, timing, data):
    """Send bits as pulses of those lengths: how pixels are written."""
    world.poll()
    wiring.send_bits(pin.id, bytes(data))


def dht_readinto(pin, buffer):
    """Fill five bytes from a DHT sensor; OSError(ETIMEDOUT) if none answers on the pin."""
    world.poll()
    if not wiring.read_dht(pin.id, buffer):
        raise OSError(errno.ETIMEDOUT)
