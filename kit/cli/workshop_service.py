"""What only the running service knows of a workshop: asked over its own pages."""

import base64
import http.client
import json
from typing import NamedTuple

from gateway.boards.password import SECRET, USER
from kit.errors import FabnumError
from kit.settings import DataFolder, Settings

PATIENCE_S = 3.0


class Now(NamedTuple):
    """Phones that are connected, and wishes since the service started."""

    phones: int
    wishes: int


def ask(settings: Settings, folder: DataFolder, code: str) -> Now | None:
    """Return how many phones and wishes there are; ``None`` if no service answers."""
    web = settings.web
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::", "") else web.host  # noqa: S104
    connection = http.client.HTTPConnection(host, web.port, timeout=PATIENCE_S)
    try:
        login = base64.b64encode(f"{USER}:{folder.secret(SECRET)}".encode()).decode()
        connection.request(
            "GET", f"/a/{code}/animer/status", headers={"Authorization": f"Basic {login}"}
        )
        answer = connection.getresponse()
        said = json.loads(answer.read()) if answer.status == 200 else {}
        return Now(int(said["phones"]), int(said["wishes"]))
    except (OSError, ValueError, KeyError, http.client.HTTPException, FabnumError):
        return None
    finally:
        connection.close()
