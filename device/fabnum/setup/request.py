"""Reads one HTTP request from somebody who may be slow, broken or hostile: never beyond a bound."""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import StreamReader

_LARGEST_HEAD = const(2048)  # browsers send 400 to 900 bytes to a page without cookies
_LARGEST_BODY = const(1024)  # the form at its longest, all of it escaped, has about 800
_PIECE = const(512)
_HEX = const("0123456789abcdef")


class BadRequestError(Exception):
    """What came is no request that is answered; ``status`` says why, in HTTP's words."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Request:
    """``method``, ``path`` without its query, ``english``: whether the query asks for it.

    ``host`` and ``origin`` are without scheme and port; ``origin`` is empty if there was none.
    """

    def __init__(self, method: str, target: str, headers: dict[str, str]) -> None:
        self.method = method
        self.path, _, query = target.partition("?")
        self.english = "lang=en" in query.split("&")
        self.host = _host(headers.get("host", ""))
        self.origin = _host(headers.get("origin", "") or headers.get("referer", ""))
        self.length = _length(headers.get("content-length", "0"))
        self.body = b""


async def read(reader: "StreamReader") -> Request:
    """Read a request with its body. Raises BadRequestError; EOFError if the visitor has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if len(data) > _LARGEST_HEAD:
            raise BadRequestError("431 Request Header Fields Too Large")
        data += await _some(reader, _PIECE)
    end = data.find(b"\r\n\r\n")
    request = parse(data[:end])
    if request.length > _LARGEST_BODY:
        raise BadRequestError("413 Content Too Large")
    body = data[end + 4 :]
    while len(body) < request.length:
        body += await _some(reader, request.length - len(body))
    request.body = body[: request.length]
    return request


async def _some(reader: "StreamReader", most: int) -> bytes:
    data: bytes = await reader.read(most)
    if not data:
        raise EOFError
    return data


def parse(head: bytes) -> Request:
    """Return what the head of a request says, without its body. Raises BadRequestError."""
    try:
        lines = head.decode().split("\r\n")
    except ValueError:  # also UnicodeError
        raise BadRequestError("400 Bad Request") from None
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequestError("400 Bad Request")
    if words[0] not in ("GET", "HEAD", "POST"):
        raise BadRequestError("405 Method Not Allowed")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise BadRequestError("411 Length Required")
    return Request(words[0], words[1], headers)


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


def _length(text: str) -> int:
    if not is_number(text):
        raise BadRequestError("400 Bad Request")
    return int(text)


def is_number(text: str) -> bool:
    """Whether it is a number of one to six digits: a thousand would take time and memory."""
    return 0 < len(text) <= 6 and all(letter in "0123456789" for letter in text)


def _host(value: str) -> str:
    # "http://192.168.4.1:80/page" -> "192.168.4.1". Only plain HTTP is ours.
    if value.startswith("http://"):
        value = value[7:]
    return value.partition("/")[0].partition(":")[0].lower()
