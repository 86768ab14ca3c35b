"""The Python of the board: what MicroPython has on an ESP32, and what it has not.

Versions 1.24 to 1.29, ``ports/esp32`` (its frozen modules stand in ``boards/manifest.py``). The
tests compare these lists with a real MicroPython.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BUILTINS = _words("""
    abs all any bin bool bytearray bytes callable chr classmethod compile complex delattr dict dir
    divmod enumerate eval exec execfile filter float frozenset getattr globals hasattr hash help
    hex id input int isinstance issubclass iter len list locals map max memoryview min next object
    oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod
    str sum super tuple type zip __import__ __build_class__
    Ellipsis NotImplemented __name__ __file__ __debug__
    ArithmeticError AssertionError AttributeError BaseException EOFError Exception GeneratorExit
    ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError
    NameError NotImplementedError OSError OverflowError RuntimeError StopAsyncIteration
    StopIteration SyntaxError SystemExit TypeError UnicodeError ValueError ViperTypeError
    ZeroDivisionError
""")

MODULES = frozenset(
    [
        "__main__",
        "_asyncio",
        "_espnow",
        "_onewire",
        "_thread",
        "aioespnow",
        "apa106",
        "array",
        "asyncio",
        "binascii",
        "bluetooth",
        "btree",
        "builtins",
        "cmath",
        "collections",
        "cryptolib",
        "deflate",
        "dht",
        "ds18x20",
        "errno",
        "esp",
        "esp32",
        "espnow",
        "flashbdev",
        "framebuf",
        "gc",
        "hashlib",
        "heapq",
        "inisetup",
        "io",
        "json",
        "machine",
        "math",
        "micropython",
        "mip",
        "neopixel",
        "network",
        "ntptime",
        "onewire",
        "os",
        "platform",
        "random",
        "re",
        "requests",
        "select",
        "socket",
        "ssl",
        "struct",
        "sys",
        "time",
        "tls",
        "uctypes",
        "umqtt",
        "upysh",
        "urequests",
        "vfs",
        "webrepl",
        "webrepl_setup",
        "websocket",
    ]
)
"""Without those of the kit. Old programs write some with a ``u`` before: see :func:`plain`."""

_OLD_NAMES = frozenset(
    [
        "uarray",
        "uasyncio",
        "ubinascii",
        "ubluetooth",
        "ucollections",
        "ucryptolib",
        "uerrno",
        "uhashlib",
        "uheapq",
        "uio",
        "ujson",
        "umachine",
        "uos",
        "uplatform",
        "urandom",
        "ure",
        "uselect",
        "usocket",
        "ussl",
        "ustruct",
        "usys",
        "utime",
        "uwebsocket",
    ]
)

FIRMWARE_DOES_IT = frozenset({"network", "umqtt", "webrepl", "ntptime"})
"""Modules whose work the firmware does already: Wi-Fi, MQTT, the console, the clock."""

WAITS_FOR_NETWORK = frozenset({"requests", "urequests"})
"""Modules that hold up everything else until somebody on the network has answered."""

INSTEAD = {
    "datetime": "time",
    "threading": "asyncio",
    "pathlib": "os",
    "statistics": "math",
    "urllib": "fabnum",
    "RPi": "machine",
    "gpiozero": "machine",
    "board": "machine",
    "digitalio": "machine",
    "smbus": "machine",
    "logging": "fabnum",
    "station": "fabnum",
}
"""Modules of other Pythons, and the board's that does such work."""

NAMES = {
    "asyncio": frozenset(
        [
            "CancelledError",
            "Event",
            "IOQueue",
            "Lock",
            "Loop",
            "SingletonGenerator",
            "StreamReader",
            "StreamWriter",
            "Task",
            "TaskQueue",
            "ThreadSafeFlag",
            "TimeoutError",
            "core",
            "create_task",
            "cur_task",
            "current_task",
            "event",
            "funcs",
            "gather",
            "get_event_loop",
            "lock",
            "new_event_loop",
            "open_connection",
            "run",
            "run_until_complete",
            "select",
            "sleep",
            "sleep_ms",
            "start_server",
            "stream",
            "sys",
            "ticks",
            "ticks_add",
            "ticks_diff",
            "wait_for",
            "wait_for_ms",
        ]
    ),
    "time": frozenset(
        [
            "gmtime",
            "localtime",
            "mktime",
            "sleep",
            "sleep_ms",
            "sleep_us",
            "ticks_add",
            "ticks_cpu",
            "ticks_diff",
            "ticks_ms",
            "ticks_us",
            "time",
            "time_ns",
        ]
    ),
    "random": frozenset(
        ["choice", "getrandbits", "randint", "random", "randrange", "seed", "uniform"]
    ),
    "json": frozenset(["dump", "dumps", "load", "loads"]),
    "math": frozenset(
        [
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atan2",
            "atanh",
            "ceil",
            "copysign",
            "cos",
            "cosh",
            "degrees",
            "e",
            "erf",
            "erfc",
            "exp",
            "expm1",
            "fabs",
            "factorial",
            "floor",
            "fmod",
            "frexp",
            "gamma",
            "inf",
            "isclose",
            "isfinite",
            "isinf",
            "isnan",
            "ldexp",
            "lgamma",
            "log",
            "log10",
            "log2",
            "modf",
            "nan",
            "pi",
            "pow",
            "radians",
            "sin",
            "sinh",
            "sqrt",
            "tan",
            "tanh",
            "tau",
            "trunc",
        ]
    ),
}
"""All that these modules have on a board, so that another name is a mistake."""

AWAITED = {
    "asyncio": frozenset(
        {"sleep", "sleep_ms", "gather", "wait_for", "wait_for_ms", "open_connection"}
    )
}
"""What does nothing without ``await``."""

LIST_SLOT_BYTES = 4
"""What one place in a list takes on an ESP32."""


def plain(module: str) -> str:
    """Return the name of a module without the ``u`` that old programs put before it."""
    first, dot, rest = module.partition(".")
    return (first[1:] if first in _OLD_NAMES else first) + dot + rest
