"""The door before pages of fabmanagers: the boards' password, and few guesses."""

import math

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.boards import password
from gateway.web.forms import client_of
from gateway.web.limits import TokenBuckets

PRIVATE = {"Cache-Control": "private, no-store"}
"""What stands behind the password is kept by no browser and no proxy."""
SLIPS = 10
"""So many wrong passwords at once are slips; after that, one every few seconds is heard."""
SLIP_EVERY_S = 6.0


class Door:
    """Lets requests through that show the password. Where that is empty, it opens to nobody."""

    def __init__(self, own_password: str) -> None:
        self._password = own_password
        self._slips = TokenBuckets(SLIPS, SLIP_EVERY_S)

    def admit(self, request: Request) -> None:
        """Let a request through that shows the password. Raises HTTPException 401 or 429.

        Who has guessed wrong too often is not even told whether the next guess is right.
        """
        client = client_of(request)
        told = request.headers.get("authorization", "")
        wait_s = self._slips.wait(client) if told else 0.0
        if wait_s:
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait_s))})
        shown = password.shown(told, self._password)
        if shown is password.Shown.RIGHT and self._password:
            return
        if shown is password.Shown.WRONG:
            self._slips.take(client)
        challenge = f'Basic realm="{password.REALM}", charset="UTF-8"'
        raise HTTPException(401, headers={"WWW-Authenticate": challenge, **PRIVATE})
