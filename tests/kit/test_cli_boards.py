"""`fabnum boards build` and `export`: without a server, the same bytes each time, no secrets."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.grafana.lint import complaints
from gateway.registry import Device, Registry
from kit.catalogue import builds
from kit.cli import run
from kit.cli.init import write_settings
from kit.settings import DataFolder

pytestmark = pytest.mark.usefixtures("english")

BUILD = (
    "import sys; from kit.cli import run; sys.exit(run(['boards', 'build', '--out', sys.argv[1]]))"
)
TOKEN = "a-token-that-nobody-may-read"


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    """Gonesse with one air sensor, Hem with nothing yet, and an InfluxDB."""
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "fabnum.local"])
    with folder.settings.open("a", encoding="utf-8") as file:
        file.write('\n[[towns]]\nid = "hem"\nname = "Hem"\n')
        file.write('\n[influx]\nurl = "http://influx:8086"\n')
    with closing(Registry(folder.registry)) as registry:
        registry.add(
            Device(
                town="gonesse",
                device="salle-2",
                build="air",
                place="ecole",
                place_name="École",
                name="Salle 2",
            )
        )
    return folder


def written(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def boards(files: dict[str, bytes], folder: str) -> set[str]:
    return {name.split("/")[-1] for name in files if name.startswith(f"{folder}/")}


def test_the_whole_catalogue_needs_no_site_and_each_board_has_its_file(tmp_path: Path) -> None:
    assert run(["boards", "build", "--out", str(tmp_path / "out")]) == 0
    files = written(tmp_path / "out")
    expected = {f"build-{name}.json" for name in builds()}
    expected |= {f"{n}.json" for n in ("town", "public", "fleet", "gateway", "inclusion")}
    assert boards(files, "fr") == boards(files, "en") == expected
    assert all(complaints(json.loads(text)) == [] for text in files.values())


def test_the_bytes_are_the_same_from_run_to_run(tmp_path: Path) -> None:
    for seed in ("1", "2"):  # else the order of sets would be the same by chance
        subprocess.run(
            [sys.executable, "-c", BUILD, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    assert written(tmp_path / "1") == written(tmp_path / "2") != {}


def test_only_the_languages_asked_for_and_every_file_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["boards", "build", "--out", str(tmp_path), "--language", "en"]) == 0
    files = written(tmp_path)
    *said, count = capsys.readouterr().out.splitlines()
    assert sorted(said) == list(files)
    assert {name.split("/")[0] for name in files} == {"en"}
    assert count == f"{len(files)} files in {tmp_path}."


def test_a_language_that_the_kit_does_not_speak_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["boards", "build", "--out", str(tmp_path), "--language", "tlh"]) == 2
    assert "“tlh”" in capsys.readouterr().err
    assert written(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(["boards", "build", "--out", str(tmp_path / "file" / "below")]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_town_has_the_boards_of_what_it_built_and_a_new_one_all(
    site: DataFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(["boards", "build", "--out", str(out), "--data", str(site.root)]) == 0
    files = written(out)
    assert boards(files, "gonesse/fr") == {"town.json", "build-air.json", "public.json"}
    assert boards(files, "hem/fr") >= {f"build-{name}.json" for name in builds()}
    assert boards(files, "_site/en") == {"fleet.json", "gateway.json", "inclusion.json"}
    assert json.loads(files["hem/fr/town.json"])["timezone"] == "Europe/Paris"


def provisioned(files: dict[str, bytes], name: str) -> Any:
    return yaml.safe_load(files[f"provisioning/{name}.yaml"])


def test_what_is_exported_is_what_grafana_reads_and_holds_no_secret(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.keep_secret("influx-read-gonesse", TOKEN)
    site.keep_secret("influx-read-hem", f"hem-reader:{TOKEN}")
    out = tmp_path / "out"
    arguments = ["boards", "export", "--out", str(out), "--data", str(site.root)]
    assert run([*arguments, "--path", "/srv/fabnum"]) == 0
    files = written(out)
    for number, town in enumerate(("_site", "gonesse", "hem"), start=1):
        for provider in provisioned(files, f"dashboards/{town}")["providers"]:
            assert provider["orgId"] == number
            below = provider["options"]["path"].removeprefix("/srv/fabnum/")
            assert boards(files, below)
        (source,) = provisioned(files, f"datasources/{town}")["datasources"]
        assert (source["orgId"], source["url"]) == (number, "http://influx:8086")
        assert source["jsonData"]["dbName"] == f"fabnum_{town}"
    assert provisioned(files, "datasources/hem")["datasources"][0]["user"] == "hem-reader"
    assert provisioned(files, "alerting/_site")["groups"][0]["orgId"] == 1
    assert not any(TOKEN.encode() in text for text in files.values())
    said = capsys.readouterr().out
    assert TOKEN not in said
    assert "INFLUX_READ_GONESSE, INFLUX_READ_HEM" in said
    assert "fabnum__site" in said


def test_one_town_alone_is_exported_under_the_number_it_has(
    site: DataFolder, tmp_path: Path
) -> None:
    arguments = ["boards", "export", "--out", str(tmp_path / "out"), "--data", str(site.root)]
    assert run([*arguments, "--town", "hem=7"]) == 0
    files = written(tmp_path / "out")
    assert {name.split("/")[1] for name in files if name.startswith("dashboards/")} == {"hem"}
    assert provisioned(files, "datasources/hem")["datasources"][0]["orgId"] == 7


@pytest.mark.parametrize("town", ["nowhere", "hem=", "hem=²", "hem=-1", "hem=0"])
def test_what_is_no_town_or_no_number_is_refused(
    site: DataFolder, tmp_path: Path, town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["boards", "export", "--out", str(tmp_path / "out"), "--data", str(site.root)]
    assert run([*arguments, "--town", town]) == 2
    assert f"“{town}”" in capsys.readouterr().err
    assert written(tmp_path / "out") == {}


def test_a_site_without_influxdb_is_told_what_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr", ["localhost"])
    arguments = ["boards", "export", "--out", str(tmp_path / "out"), "--data", str(folder.root)]
    assert run(arguments) == 2
    assert "[influx]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        "[influx]\nurl",
        '[influx]\nurl = "http://influx"\n[grafana]\nurl = "http://grafana"\ninflux_url',
    ],
)
def test_a_password_in_the_address_of_influxdb_reaches_no_file(
    tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr", ["localhost"])
    with folder.settings.open("a", encoding="utf-8") as file:
        file.write(f'\n{line} = "http://reader:{TOKEN}@influx:8086"\n')
    out = tmp_path / "out"
    assert run(["boards", "export", "--out", str(out), "--data", str(folder.root)]) == 2
    assert TOKEN not in capsys.readouterr().err
    assert written(out) == {}


def test_a_token_is_never_taken_for_the_name_of_a_user(site: DataFolder, tmp_path: Path) -> None:
    settings = site.settings.read_text(encoding="utf-8")
    site.keep_secret("influx-read-gonesse", TOKEN)
    site.keep_secret("influx-read-hem", f"part:{TOKEN}")
    for api, users in (
        ("1", {"gonesse": None, "hem": "part"}),
        ("2", {"gonesse": None, "hem": None}),
    ):
        site.settings.write_text(f'{settings}api = "{api}"\n', encoding="utf-8")
        out = tmp_path / api
        assert run(["boards", "export", "--out", str(out), "--data", str(site.root)]) == 0
        for town, user in users.items():
            (source,) = provisioned(written(out), f"datasources/{town}")["datasources"]
            assert source.get("user") == user


def exported(site: DataFolder, out: Path, *towns: str) -> int:
    arguments = ["boards", "export", "--out", str(out), "--data", str(site.root)]
    return run([*arguments, *(part for town in towns for part in ("--town", town))])


def numbers(out: Path) -> dict[str, int]:
    """Return the organisation in which each town's data source stands."""
    files = written(out)
    names = [name for name in files if name.startswith("provisioning/datasources/")]
    return {
        Path(name).stem: yaml.safe_load(files[name])["datasources"][0]["orgId"] for name in names
    }


def test_a_town_that_comes_or_goes_moves_no_other_into_its_organisation(
    site: DataFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert exported(site, out) == 0
    before = site.settings.read_text(encoding="utf-8")
    added = before.replace("[[towns]]", '[[towns]]\nid = "arras"\nname = "Arras"\n[[towns]]', 1)
    site.settings.write_text(added, encoding="utf-8")
    assert exported(site, out) == 0
    assert numbers(out) == {"_site": 1, "gonesse": 2, "hem": 3, "arras": 4}
    gone = added.replace('id = "gonesse"\nname = "Gonesse"', 'id = "lens"\nname = "Lens"', 1)
    site.settings.write_text(gone, encoding="utf-8")
    assert exported(site, out) == 0
    assert numbers(out) == {"_site": 1, "gonesse": 2, "hem": 3, "arras": 4, "lens": 5}


def test_a_town_exported_alone_has_the_number_that_it_has_among_all(
    site: DataFolder, tmp_path: Path
) -> None:
    assert exported(site, tmp_path / "out", "hem") == 0
    assert exported(site, tmp_path / "out") == 0
    assert numbers(tmp_path / "out") == {"_site": 1, "gonesse": 2, "hem": 3}


@pytest.mark.parametrize("earlier", [[], ["hem"]])
def test_two_towns_in_one_organisation_are_refused(
    site: DataFolder, tmp_path: Path, earlier: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    if earlier:
        assert exported(site, out, "hem=4") == 0
        assert exported(site, out, "gonesse=4") == 2
    else:
        assert exported(site, out, "hem=4", "gonesse=4") == 2
    said = capsys.readouterr().err
    assert "“gonesse”" in said
    assert "“hem”" in said
    assert "gonesse" not in numbers(out)


def test_a_number_that_was_given_leaves_the_others_free_ones(
    site: DataFolder, tmp_path: Path
) -> None:
    assert exported(site, tmp_path / "out", "hem=2", "gonesse") == 0
    assert numbers(tmp_path / "out") == {"hem": 2, "gonesse": 3}


def test_a_rule_that_there_is_not_is_said_before_anything_is_written(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with site.settings.open("a", encoding="utf-8") as file:
        file.write("\n[alerts.rules.nope]\noff = true\n")
    assert exported(site, tmp_path / "out") == 2
    assert "nope" in capsys.readouterr().err
    assert written(tmp_path / "out") == {}
