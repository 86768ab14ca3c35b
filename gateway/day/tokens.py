"""One-time tokens: each page with the questions carries one, and it counts once.

A token is random letters and a signature over them and the session's code, made with a secret that
only this session has. It says that we made the page, and nothing of who reads it.
"""

import base64
import hashlib
import hmac
import secrets

SECRET_BYTES = 16
_NONCE_BYTES = 12
_SIGNATURE_BYTES = 12
LONGEST_TOKEN = 64


def new_token(secret: bytes, code: str) -> str:
    """Return a token for one page of a session."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _signature(secret, code, nonce)).decode()


def is_ours(token: str, secret: bytes, code: str) -> bool:
    """Whether a page of this session carried that token; in constant time."""
    if len(token) > LONGEST_TOKEN:
        return False
    try:
        told = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return False
    nonce, signature = told[:_NONCE_BYTES], told[_NONCE_BYTES:]
    return hmac.compare_digest(signature, _signature(secret, code, nonce))


def _signature(secret: bytes, code: str, nonce: bytes) -> bytes:
    message = code.encode() + b"." + nonce
    return hmac.new(secret, message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
