"""Lists of objects as spreadsheets write them."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.object_list import MAX_ROWS, Read, read_list
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.names import DeviceKey
from tests.gateway.broker_site import settings_for
from tests.gateway.frames import an_air

SETTINGS = settings_for(8883)
FRENCH = """\
Ville;Lieu;Montage;Nom;Identifiant;Cohorte;Atelier
Gonesse;École Pasteur;air;Air de la salle 3;;2026-A;M02
hem;Médiathèque;Lampe connectée;;lampe-1;;
"""


def read(text: str | bytes, registry: Registry) -> Read:
    return read_list(text.encode() if isinstance(text, str) else text, SETTINGS, registry)


@pytest.mark.parametrize(
    "content",
    [
        FRENCH.encode(),
        FRENCH.encode("utf-8-sig"),
        FRENCH.replace("\n", "\r\n").encode(),
        FRENCH.replace(";", ",").encode(),
        FRENCH.replace(";", "\t").encode(),
        b"sep=;\r\n" + FRENCH.encode(),
        FRENCH.replace("\n", "\n;;;;;;\n").encode(),
    ],
    ids=["plain", "bom", "crlf", "comma", "tab", "sep", "empty lines"],
)
def test_a_list_is_read_as_spreadsheets_write_it(registry: Registry, content: bytes) -> None:
    found = read(content, registry)
    assert found.mistakes == []
    assert [
        (str(d.key), d.build, d.place, d.place_name, d.name, d.cohort, d.workshop)
        for d in found.objects
    ] == [
        ("gonesse/air-ecole-pasteur-1", "air", "ecole-pasteur", "École Pasteur",
         "Air de la salle 3", "2026-A", "M02"),
        ("hem/lampe-1", "lamp", "mediatheque", "Médiathèque", "Lampe connectée", "", ""),
    ]  # fmt: skip
    registry.expect(found.objects)


def test_quotes_hold_delimiters(registry: Registry) -> None:
    found = read('place;build;town;name\n"Salle 1; étage 2";air;hem;"Dit « ""Air"" »"\n', registry)
    assert [(d.place_name, d.name) for d in found.objects] == [
        ("Salle 1; étage 2", 'Dit « "Air" »')
    ]


def test_each_wrong_line_is_said_with_its_number_and_reason(registry: Registry) -> None:
    registry.add(an_air())
    found = read(
        "town;place;build;device\n"
        "Paris;Salle;air;\n"
        "Gonesse;;air;\n"
        "\n"
        "Gonesse;Salle;toaster;\n"
        "Gonesse;Salle;air;air-1\n"
        "Gonesse;Salle;air;Air 7\n"
        "Gonesse;Salle;air;passport\n"
        ";Salle;air;\n"
        "Gonesse;Salle;air;air-8\n"
        "Gonesse;Salle;lamp;air-8\n",
        registry,
    )
    assert [mistake.line for mistake in found.mistakes] == [2, 3, 5, 6, 7, 8, 9, 11]
    said = "\n".join(mistake.reason for mistake in found.mistakes)
    for word in ("Paris", "toaster", "gonesse/air-1", "Air 7", "passport", "gonesse/air-8"):
        assert word in said
    assert [str(device.key) for device in found.objects] == ["gonesse/air-8"]


def test_names_without_an_id_go_on_where_others_ended(registry: Registry) -> None:
    registry.add(an_air(DeviceKey("gonesse", "air-ecole-1")))
    found = read("town;place;build\n" + "gonesse;École;air\n" * 3, registry)
    assert [d.device for d in found.objects] == ["air-ecole-2", "air-ecole-3", "air-ecole-4"]


def test_the_same_list_twice_adds_nothing(registry: Registry) -> None:
    text = FRENCH + "Gonesse;Fablab;lamp;Lampe;;2026-A;\n" * 3
    first = read(text, registry)
    registry.expect(first.objects)
    registry.admit(first.objects[2])  # a board has come in the meantime
    again = read(text + "Gonesse;Fablab;lamp;Lampe;;2026-A;\n", registry)
    assert again.known == 5
    assert again.mistakes == []
    assert [d.device for d in again.objects] == ["lamp-fablab-4"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "place, build"),
        (b"a;b\n1;2\n", "place, build"),
        ("place;build\nÉcole;air\n".encode("cp1252"), "UTF-8"),
        (b"place;build;town\n" + b"x;air;hem\n" * (MAX_ROWS + 1), str(MAX_ROWS)),
        (b'place;build\n"\x00;air\n', ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(
    registry: Registry, content: bytes, said: str
) -> None:
    try:
        found = read(content, registry)
    except FabnumError as error:
        assert said in error.cause
        assert error.action
    else:
        assert said == ""
        assert found.mistakes


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    opened = Registry(tmp_path_factory.mktemp("empty") / "registry.sqlite")
    yield opened
    opened.close()


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_list_or_a_sentence(empty: Registry, content: bytes) -> None:
    for start in (b"", b"place;build;town;device\n"):
        try:
            read(start + content, empty)
        except FabnumError as error:
            assert error.action
