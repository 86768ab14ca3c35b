"""A whole site that is gone afterwards: for the demo, and for boards that are not real."""

from kit import i18n
from kit.cli.init import make_keys, write_settings
from kit.cli.ports import free_port
from kit.settings import DataFolder, Settings, load


def make_site(folder: DataFolder, town: str, *, web_port: int = 0) -> Settings:
    """Make settings, keys and secrets of a site that only this PC can reach.

    It speaks the language in use first. A port that is taken is replaced by a free one.
    """
    languages = ",".join([i18n.current(), *(set(i18n.languages()) - {i18n.current()})])
    write_settings(
        folder,
        town,
        languages,
        ["127.0.0.1", "localhost"],
        broker_port=free_port(0),  # several such sites may start at the same moment
        web_port=free_port(web_port),
    )
    settings = load(folder)
    settings = settings.model_copy(
        update={
            "broker": settings.broker.model_copy(update={"listen": "127.0.0.1"}),
            "web": settings.web.model_copy(update={"host": "127.0.0.1"}),
        }
    )
    make_keys(folder, settings)
    return settings
