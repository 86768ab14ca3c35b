import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import i18n
from kit.cli.init import write_settings
from kit.errors import FabnumError
from kit.names import is_slug, slug
from kit.settings import Broker, DataFolder, Settings, Site, Town, Web, load
from kit.toml_text import listed, quoted


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "127.0.0.1"])
    return folder


def test_what_init_writes_can_be_read(folder: DataFolder) -> None:
    settings = load(folder)
    assert settings.towns[0].id == "gonesse"
    assert settings.broker.names == ["localhost", "127.0.0.1"]
    assert settings.influx is None


def test_the_environment_wins_over_the_file(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FABNUM_WEB__PORT", "8099")
    assert load(folder).web.port == 8099


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("port = 8080", "port = 80800", "web.port"),
        ("port = 8080", "prot = 8080", "web.prot"),
        ('kind = "nats"', 'kind = "rabbit"', "broker.kind"),
        ('id = "gonesse"', 'id = "Gonesse !"', "towns.0.id"),
        ('languages = ["fr", "en"]', 'languages = ["xx"]', "site.languages.0"),
        ("Europe/Paris", "Paris", "site.time_zone"),
        ("Europe/Paris", "Europe", "site.time_zone"),
        ("Europe/Paris", "../Paris", "site.time_zone"),
        ("[broker]", '[[towns]]\nid = "gonesse"\nname = "Hem"\n[broker]', "towns"),
    ],
)
def test_a_wrong_line_is_named(folder: DataFolder, old: str, new: str, place: str) -> None:
    text = folder.settings.read_text(encoding="utf-8")
    assert old in text
    folder.settings.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FabnumError) as failure:
        load(folder)
    assert place in failure.value.cause
    assert "Value error" not in failure.value.cause  # which people would read in no language


def test_a_missing_site_is_answered_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(FabnumError) as failure:
        load(DataFolder(tmp_path))
    assert "fabnum init" in failure.value.action


@given(st.binary(max_size=300))
def test_any_bytes_are_settings_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = DataFolder(tmp_path_factory.mktemp("site"))
    folder.settings.write_bytes(content)
    with pytest.raises(FabnumError):
        load(folder)


@given(st.lists(st.text()))
def test_any_texts_survive_being_written_as_toml(texts: list[str]) -> None:
    import tomllib

    # TOML is UTF-8: it has no surrogates.
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    assert tomllib.loads(f"a = {listed(texts)}\nb = {quoted(''.join(texts))}") == {
        "a": texts,
        "b": "".join(texts),
    }


@given(st.text())
def test_the_slug_of_any_name_is_a_slug_or_empty(text: str) -> None:
    assert slug(text) == "" or is_slug(slug(text))


def test_accents_leave_their_letters() -> None:
    assert slug("École Pasteur, salle n° 3") == "ecole-pasteur-salle-n-3"


def test_a_secret_is_readable_by_its_owner_alone(folder: DataFolder) -> None:
    folder.keep_secret("gateway-password", "s3cret")
    path = folder.secrets / "gateway-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.secrets.stat().st_mode) == 0o700
    assert folder.secret("gateway-password") == "s3cret"


def test_a_secret_that_cannot_be_read_is_said_and_not_shown(folder: DataFolder) -> None:
    i18n.use("en")
    (folder.secrets / "influx-admin").mkdir(parents=True)
    (folder.secrets / "influx-token").write_bytes(b"t0ken\xff")
    for name in ("influx-admin", "influx-token"):
        with pytest.raises(FabnumError, match="cannot be read") as told:
            folder.secret(name)
        assert "t0ken" not in str(told.value)


def test_the_pages_are_where_a_telephone_finds_them() -> None:
    def address(web: Web = Web(), **broker: list[str]) -> str:  # noqa: B008 - frozen
        towns = [Town(id="hem", name="Hem")]
        return Settings(
            site=Site(name="x"), towns=towns, web=web, broker=Broker(**broker)
        ).pages_address

    assert address(names=["localhost", "atelier", "atelier.local"]) == "http://atelier.local:8080"
    assert address(names=["localhost", "atelier"]) == "http://atelier:8080"
    assert address(Web(port=80), names=["192.168.1.10"]) == "http://192.168.1.10"
    assert address(names=["fd00::1"]) == "http://[fd00::1]:8080"
    assert address(Web(address="https://objets.example/fabnum/")) == "https://objets.example/fabnum"
    assert address(names=["localhost"]).startswith("http://")


@pytest.mark.parametrize("address", ["fabnum.local", "ftp://x", "http://", "http://x/?a=1", "x y"])
def test_an_address_that_no_telephone_can_open_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Web(address=address)


def test_boards_are_told_a_name_that_they_can_look_up(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    write_settings(
        folder, "Gonesse", "fr", ["localhost", "127.0.0.1", "fab", "fab.local", "10.0.0.9"]
    )
    assert load(folder).reachable_name == "fab.local"
    write_settings(folder, "Gonesse", "fr", ["localhost", "127.0.0.1", "fab"])
    assert load(folder).reachable_name == "fab"
