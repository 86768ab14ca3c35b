"""Who alerts are told to: a real web server and a real mail server, both on this machine."""

import email
import email.policy
import http.server
import json
import threading
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port


class Webhook:
    """Keeps what is posted to it; ``refusing`` makes it answer 503."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[dict[str, Any]] = []
        self.refusing = False
        self.asked = 0
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.asked += 1
                if not webhook.refusing:
                    webhook.heard.append(json.loads(body))
                self.send_response(503 if webhook.refusing else 200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self._server.server_address[1]}/alerts"

    @property
    def subjects(self) -> list[str]:
        return [message["title"] for message in self.heard]

    @property
    def bodies(self) -> list[str]:
        return [message["message"] for message in self.heard]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class Mailbox:
    """An SMTP server that keeps what it is handed."""

    def __init__(self) -> None:
        self.heard: list[EmailMessage] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.heard.append(parsed)
        return "250 OK"

    @property
    def address(self) -> str:
        return (
            f"mailto://127.0.0.1:{self.port}?smtp=127.0.0.1&mode=insecure"
            "&from=passerelle@example.org&to=atelier@example.org"
        )

    def close(self) -> None:
        self._controller.stop()
