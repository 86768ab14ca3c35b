"""A site of two towns, without readings, whose settings name a server."""

from pathlib import Path

from kit.settings import DataFolder, Settings, load

TOWNS = ("gonesse", "hem")

SETTINGS = """\
[site]
name = "Deux villes"

[[towns]]
id = "gonesse"
name = "Gonesse"

[[towns]]
id = "hem"
name = "Hem"

[influx]
url = "{url}"
"""


def make_site(root: Path, url: str) -> tuple[Settings, DataFolder]:
    """Write the settings of a site that writes to ``url``."""
    folder = DataFolder(root)
    root.mkdir(exist_ok=True)
    folder.settings.write_text(SETTINGS.format(url=url), encoding="utf-8")
    return load(folder), folder
