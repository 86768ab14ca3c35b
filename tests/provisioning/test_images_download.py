"""Images from the internet: from a real server on this PC, and from none."""

import functools
import http.server
import socket
import threading
from contextlib import contextmanager

import pytest

from provisioning.images import CHIPS, ImageFolder, download
from tests.provisioning import image_files
from tests.provisioning.reached import meets


class Server(http.server.SimpleHTTPRequestHandler):
    """Gives files, cuts the line after half of ``/cut/…``, and never ends ``/endless/…``."""

    protocol_version = "HTTP/1.0"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path.startswith("/cut/"):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(bytes(50_000))
        elif self.path.startswith("/endless/"):
            self.send_response(200)
            self.end_headers()
            while True:
                try:
                    self.wfile.write(bytes(1 << 20))
                except OSError:
                    return
        elif self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/x.bin")
            self.end_headers()
        else:
            super().do_GET()


@contextmanager
def serving(folder):
    handler = functools.partial(Server, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


@pytest.fixture
def folder(tmp_path):
    return ImageFolder(tmp_path / "images")


def a_site(root):
    """Lay out the pages of micropython.org, as far as they name images, and the images."""
    resources = root / "resources" / "firmware"
    for chip in CHIPS.values():
        links = [
            image_files.write(resources, chip.name, version).name
            for version in ("1.9.4", "1.28.0", "1.27.0")
        ]
        links += [
            f"{chip.board}-20260501-v1.29.0-preview.11.g1234567.bin",
            f"{chip.board}-SPIRAM-20260406-v1.28.0.bin",
            f"{chip.board}-20260406-v1.28.0.uf2",
        ]
        if chip.name == "esp32s3":
            links.append(image_files.write(resources, chip.name, variant="FLASH_4M").name)
        page = root / "download" / chip.board / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text("".join(f'<a href="/resources/firmware/{link}">x</a>' for link in links))


def test_an_address_is_fetched_and_named_in_the_list(folder, tmp_path):
    file = image_files.write(tmp_path / "site", "esp32c3")
    heard = []
    with serving(tmp_path / "site") as site:
        download.add(
            folder, f"{site}/{file.name}", progress=lambda part, name: heard.append((part, name))
        )
        assert folder.find("esp32c3").source == f"{site}/{file.name}"
    assert folder.find("esp32c3").path.read_bytes() == file.read_bytes()
    assert heard[-1] == (1.0, file.name)


def test_the_newest_release_for_each_chip_is_found_on_its_page(folder, tmp_path):
    a_site(tmp_path / "site")
    with serving(tmp_path / "site") as site:
        images = download.add_newest(folder, site)
    assert {(image.chip, image.variant, image.version) for image in images} == {
        ("esp32", "", "1.28.0"),
        ("esp32s3", "", "1.28.0"),
        ("esp32s3", "FLASH_4M", "1.28.0"),
        ("esp32c3", "", "1.28.0"),
    }


def test_what_is_there_is_not_fetched_again(folder, tmp_path):
    a_site(tmp_path / "site")
    heard = []
    with serving(tmp_path / "site") as site:
        first = download.add_newest(folder, site)
        second = download.add_newest(folder, site, lambda part, name: heard.append(name))
    assert first == second
    assert heard == []


def test_without_internet_the_stick_is_named(folder):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with meets("image-offline") as met:
        download.add_newest(folder, f"http://127.0.0.1:{port}")
    assert met.error.seen.startswith("127.0.0.1")
    with meets("image-offline"):  # a name that never exists: RFC 6761, section 6.4
        download.add(folder, "https://micropython.invalid/x.bin")


@pytest.mark.parametrize("path", ["missing.bin", "../secret", "?"])
def test_a_file_that_the_server_does_not_have_is_said(folder, tmp_path, path):
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site") as site, meets("image-refused"):
        download.add(folder, f"{site}/none/{path}")


@pytest.mark.parametrize(
    "address",
    ["http://example.org/x.bin", "ftp://example.org/x.bin", "file:///etc/passwd", "https://"],
)
def test_only_https_is_followed(folder, address):
    with meets("image-refused"):
        download.add(folder, address)


def test_a_page_without_images_is_said(folder, tmp_path):
    a_site(tmp_path / "site")
    (tmp_path / "site/download/ESP32_GENERIC/index.html").write_text("moved")
    with serving(tmp_path / "site") as site, meets("image-refused"):
        download.add_newest(folder, site)


def test_a_download_that_breaks_off_leaves_nothing(folder, tmp_path):
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site") as site, meets("image-offline"):
        download.add(folder, f"{site}/cut/ESP32_GENERIC-20260406-v1.28.0.bin")
    assert not folder.path.exists()


def test_a_download_without_end_is_ended(folder, tmp_path):
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site") as site, meets("image-unknown"):
        download.add(folder, f"{site}/endless/x.bin")


def test_a_way_that_leads_away_from_https_is_not_gone(folder, tmp_path):
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site") as site, meets("image-refused"):
        download.add(folder, f"{site}/away/x.bin")
