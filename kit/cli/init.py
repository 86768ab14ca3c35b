"""`fabnum init`: asks little and makes what a site needs. Run again, it keeps what is there."""

import socket
from string import Template

from rich.console import Console
from rich.prompt import Prompt

from kit.errors import FabnumError
from kit.folders import make_folder
from kit.i18n import _
from kit.i18n import languages as known_languages
from kit.names import slug
from kit.printing import write
from kit.settings import DataFolder, Settings, load
from kit.site_file import SiteFile, Town
from kit.toml_text import listed, quoted

SETTINGS = Template("""\
# The settings of this site. `fabnum doctor` checks them; docs/settings.md explains each line.

[site]
name = $site_name
languages = $languages
time_zone = $time_zone

$towns
[broker]
kind = "nats"        # the kit's own broker; "mosquitto" for one that this machine runs
port = $broker_port
names = $names       # under these names and addresses boards reach this machine

[web]
port = $web_port

[journal]
retention_days = 400
size_cap_mib = 4096

# Write to an InfluxDB too (1.6 or later); then `fabnum influx setup` makes its accounts.
# [influx]
# url = "http://127.0.0.1:8086"

# Put the boards into a Grafana too, with `fabnum boards push`.
# [grafana]
# url = "http://127.0.0.1:3000"
""")


TOWN = Template("""\
[[towns]]
id = $id
name = $name
$open_data   # anybody may fetch its readings: read docs/open-data.md first
""")


def init_site(folder: DataFolder, *, town: str, languages: str, names: list[str]) -> None:
    """Ask what is not given, then make settings, CA, certificate and secrets."""
    console = Console()
    if folder.settings.exists():
        console.print(_("{file} is there already: I keep it.", file=folder.settings))
    else:
        town = town or Prompt.ask(_("Which town is this for?"), console=console)
        languages = languages or Prompt.ask(
            _("Which languages, the main one first?"), default="fr,en", console=console
        )
        write_settings(folder, town, languages, names or [*local_names()])
    settings = load(folder)
    make_keys(folder, settings)
    console.print(
        _("The site “{name}” is ready in {folder}.", name=settings.site.name, folder=folder.root)
    )
    console.print(_("Next: add an object with “fabnum devices add”, then start with “fabnum up”."))


def write_settings(
    folder: DataFolder,
    town: str,
    languages: str,
    names: list[str],
    *,
    broker_port: int = 8883,
    web_port: int = 8080,
) -> None:
    """Write ``fabnum.toml``. Raises FabnumError if the town or a language cannot be used."""
    if not slug(town):
        raise FabnumError(
            _("A town needs a name with letters in it."), _("Give one, such as --town Gonesse.")
        )
    chosen = [language.strip() for language in languages.split(",") if language.strip()]
    unknown = [language for language in chosen if language not in known_languages()]
    if unknown or not chosen:
        raise FabnumError(
            _("The kit does not speak “{language}”.", language=", ".join(unknown)),
            _("Take one or more of: {known}.", known=", ".join(known_languages())),
        )
    text = settings_text(
        SiteFile(name=town, towns=(Town(town),), languages=tuple(chosen)),
        names,
        broker_port=broker_port,
        web_port=web_port,
    )
    keep_settings(folder, text)


def settings_text(
    site: SiteFile, names: list[str], *, broker_port: int = 8883, web_port: int = 8080
) -> str:
    """Return the text of ``fabnum.toml`` for a site."""
    towns = "\n".join(
        TOWN.substitute(
            id=quoted(town.slug),
            name=quoted(town.name),
            open_data="open_data = true" if town.open_data else "# open_data = true",
        )
        for town in site.towns
    )
    return SETTINGS.substitute(
        site_name=quoted(site.name),
        towns=towns,
        languages=listed(site.languages),
        time_zone=quoted(site.time_zone),
        names=listed(names),
        broker_port=broker_port,
        web_port=web_port,
    )


def keep_settings(folder: DataFolder, text: str) -> None:
    """Write ``fabnum.toml``, whole or not at all. Raises FabnumError if it cannot be written."""
    make_folder(folder.root, _("Name another folder with --data."), mode=0o700)
    write(folder.settings, text.encode())


def make_keys(folder: DataFolder, settings: Settings) -> None:
    """Make the CA, the server's certificate and the passwords where they are missing."""
    from gateway.badges.key import ensure_key
    from gateway.boards.password import ensure_password
    from gateway.broker.authority import Authority
    from gateway.broker.credentials import ensure_gateway

    Authority(folder).ensure(settings.broker)
    ensure_gateway(folder)
    ensure_password(folder)
    ensure_key(folder)


def local_names() -> list[str]:
    """Return the names under which boards may reach this machine, as far as it knows itself."""
    host = socket.gethostname()
    names = ["localhost", "127.0.0.1", host, f"{host}.local"]
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: it only asks which address would be used
        names.append(probe.getsockname()[0])
    except OSError:
        pass
    finally:
        probe.close()
    return list(dict.fromkeys(names))
