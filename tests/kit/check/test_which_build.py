"""Which build a program is for, where nobody says it."""

from kit.catalogue import BUILDS_FOLDER
from kit.check.which_build import build_of


def test_the_folder_of_a_build_says_it():
    assert build_of("", BUILDS_FOLDER / "climate" / "main.py") == "climate"
    assert build_of("", BUILDS_FOLDER.parent / "other" / "climate" / "main.py") == ""


def test_a_comment_says_it():
    assert build_of("# objet : lamp\nprint(3)\n") == "lamp"
    assert build_of("print(3)\n# build: air\n") == "air"
    assert build_of("# objet : nothing\n") == ""


def test_the_parts_say_it_where_one_build_alone_has_them():
    assert build_of("from fabnum import station\na = station.part('sht31')\n") == "climate"
    assert build_of("station.part('pixels')\nstation.part('button')\n") == "lamp"
    assert build_of("station.part('scd41')\n") == "air"  # the air lamp has it from there
    assert build_of("station.part('scd41')\nstation.light('pixels')\n") == "air-lamp"


def test_otherwise_nobody_knows():
    assert build_of("print(3)\n") == ""
    assert build_of("station.part('nothing')\n") == ""
    assert build_of("if x\n") == ""
