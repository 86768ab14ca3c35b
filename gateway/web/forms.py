"""What a page's form sends: read with a limit, and only where it came from one of our pages."""

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kit.web.security import is_from_our_page

MAX_FORM_BYTES = 2048


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form. Raises HTTPException 403 if it is not ours, 413 if too large."""
    if not is_from_our_page(request.headers):
        raise HTTPException(403)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def client_of(request: Request) -> str:
    """Return the address that a request came from; empty if it has none."""
    return request.client.host if request.client else ""
