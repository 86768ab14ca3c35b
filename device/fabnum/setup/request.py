"""Reads one HTTP request from somebody who may be slow, broken or hostile: never beyond a bound."""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import StreamReader

_LARGEST_HEAD = const(2048)  # browsers send 400 to 900 bytes to a page without cookies
_LARGEST_BODY = const(1024)  # the form at its longest, all of it escaped, has about 800
_PIECE = const(256)
_HEX = const("0123456789abcdef")


class BadRequestError(Exception):
    """What came is no request that is answered; ``status`` says why, in HTTP's words."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Request:
    """What is known of a request once all lines of its head were taken.

    ``path`` is without its query, ``english`` is whether that asks for it. ``host`` and ``origin``
    are without scheme and port, and empty if they were not sent.
    """

    def __init__(self) -> None:
        self.method = ""
        self.path = ""
        self.english = False
        self.host = ""
        self.origin = ""
        self.length = 0
        self.body = b""

    def take(self, line: bytes) -> None:
        """Take one line of the head. Raises BadRequestError."""
        try:
            text = line.decode()
        except ValueError:  # UnicodeError
            raise BadRequestError("400 Bad Request") from None
        if self.method:
            self._take_header(text)
        else:
            self._take_first(text)

    def _take_first(self, line: str) -> None:
        words = line.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequestError("400 Bad Request")
        if words[0] not in ("GET", "HEAD", "POST"):
            raise BadRequestError("405 Method Not Allowed")
        self.method = words[0]
        self.path, _, query = words[1].partition("?")
        self.english = "lang=en" in query.split("&")

    def _take_header(self, line: str) -> None:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        if name == "host":
            self.host = _host(value)
        elif name == "origin" or (name == "referer" and not self.origin):
            self.origin = _host(value)
        elif name == "content-length":
            if not is_number(value):
                raise BadRequestError("400 Bad Request")
            self.length = int(value)
        elif name == "transfer-encoding":
            raise BadRequestError("411 Length Required")


async def read(reader: "StreamReader") -> Request:
    """Read a request with its body. Raises BadRequestError; EOFError if the visitor has gone.

    Small pieces alone are ever in memory: there may be much of it and no large piece.
    """
    request = Request()
    data = b""
    taken = 0
    while True:
        end = data.find(b"\r\n")
        if end > 0:
            request.take(data[:end])
        if end >= 0:
            data = data[end + 2 :]
        if end == 0:
            break
        if end < 0:
            piece = await _some(reader, _PIECE)
            data += piece
            taken += len(piece)
            if taken > _LARGEST_HEAD:
                raise BadRequestError("431 Request Header Fields Too Large")
    if request.length > _LARGEST_BODY:
        raise BadRequestError("413 Content Too Large")
    while len(data) < request.length:
        data += await _some(reader, request.length - len(data))
    request.body = data[: request.length]
    return request


async def _some(reader: "StreamReader", most: int) -> bytes:
    data: bytes = await reader.read(most)
    if not data:
        raise EOFError
    return data


def fields(body: bytes) -> dict[str, str]:
    """Return what a form sent (application/x-www-form-urlencoded). Raises BadRequestError."""
    content = {}
    try:
        for pair in body.split(b"&"):
            name, _, value = pair.partition(b"=")
            content[_decoded(name)] = _decoded(value)
    except ValueError:
        raise BadRequestError("400 Bad Request") from None
    return content


def _decoded(text: bytes) -> str:
    parts = text.replace(b"+", b" ").split(b"%")
    decoded = parts[0]
    for part in parts[1:]:
        decoded += bytes((int(part[:2].decode(), 16),)) if _is_hex(part[:2]) else b"%" + part[:2]
        decoded += part[2:]
    return decoded.decode()


def _is_hex(digits: bytes) -> bool:
    return len(digits) == 2 and all(chr(digit).lower() in _HEX for digit in digits)


def is_number(text: str) -> bool:
    """Whether it is a number of one to six digits: a thousand would take time and memory."""
    return 0 < len(text) <= 6 and all(letter in "0123456789" for letter in text)


def _host(value: str) -> str:
    # "http://192.168.4.1:80/page" -> "192.168.4.1". Only plain HTTP is ours.
    if value.startswith("http://"):
        value = value[7:]
    return value.partition("/")[0].partition(":")[0].lower()
