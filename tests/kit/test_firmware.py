"""What belongs on a board: compiled, complete, and named by a hash that says when it changes."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import catalogue, firmware
from kit.errors import FabnumError

MAIN = b"print('bonjour')\n"


@pytest.fixture(autouse=True)
def own_build_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware, "BUILD_FOLDER", tmp_path / "build")


@pytest.mark.parametrize("build", catalogue.builds())
def test_a_build_has_its_program_its_description_and_all_modules_compiled(build):
    assembled = firmware.assemble(build, MAIN)
    assert assembled.files["main.py"] == MAIN
    assert b"boot.start()" in assembled.files["boot.py"]
    assert {"fabnum/__init__.mpy", f"drivers/{_driver(build)}.mpy"} <= assembled.code.keys()
    assert all(content[:2] == b"M\x06" for content in assembled.code.values())
    described = json.loads(assembled.program["build.json"])
    assert described["id"] == build
    assert described["hash"] == assembled.hash


def test_the_hash_changes_with_the_program_and_with_nothing_else():
    again = firmware.assemble("air", MAIN)
    assert firmware.assemble("air", MAIN).hash == again.hash
    assert firmware.assemble("air", MAIN + b"# autre\n").hash != again.hash
    assert firmware.assemble("climate", MAIN).hash != again.hash
    assert len(again.hash) == 8
    int(again.hash, 16)


def test_a_module_with_a_mistake_is_named_with_the_compilers_reason():
    with pytest.raises(FabnumError) as raised:
        firmware.compile_module(b"def f(:\n", "drivers/mine.py")
    assert "drivers/mine.py" in raised.value.cause
    assert "SyntaxError" in raised.value.cause


def test_what_was_compiled_once_is_not_compiled_again(monkeypatch):
    first = firmware.compile_module(b"x = 1\n", "one.py")
    monkeypatch.setattr(firmware, "_compile", lambda *_: pytest.fail("compiled again"))
    assert firmware.compile_module(b"x = 1\n", "one.py") == first


def test_the_same_source_under_another_name_is_compiled_for_that_name():
    assert firmware.compile_module(b"x = 1\n", "one.py") != firmware.compile_module(
        b"x = 1\n", "two.py"
    )


def test_folders_hold_exactly_their_files_also_when_several_make_them_at_once():
    files = {"a/b.mpy": b"1", "c.mpy": b"22"}
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: firmware.keep_folder("code", files), range(16)))
    (folder,) = folders
    kept = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.mpy")}
    assert kept == files
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_missing_program_is_a_sentence(tmp_path):
    with pytest.raises(FabnumError, match=r"main\.py"):
        firmware._read(tmp_path / "main.py")


def test_a_device_without_tls_has_no_authority():
    assert firmware.identity({"device": "é"}) == {"config.json": '{"device":"é"}'.encode()}
    assert firmware.identity({}, b"\x30")["ca.der"] == b"\x30"


def _driver(build):
    return catalogue.load_build(build).parts[0].driver


def test_a_board_gets_the_drivers_of_its_parts_and_those_that_they_need():
    drivers = {path for path in firmware.assemble("air", MAIN).files if path.startswith("drivers/")}
    assert {"drivers/scd41.mpy", "drivers/sensirion.mpy", "drivers/errors.mpy"} <= drivers
    assert not drivers & {"drivers/dht22.mpy", "drivers/sht31.mpy", "drivers/button.mpy"}


@pytest.mark.parametrize("build", catalogue.builds())
def test_no_driver_of_a_part_is_left_out(build):
    files = firmware.assemble(build).files
    for part in catalogue.load_build(build).parts:
        assert f"drivers/{part.driver}.mpy" in files
    assert {path for path in firmware.assemble("lamp").code if path.startswith("fabnum/")} == {
        path for path in files if path.startswith("fabnum/")
    }


@pytest.mark.parametrize(
    "program",
    [
        b"from drivers import dht22\n",
        b"from drivers.dht22 import Dht22\n",
        b"def later():\n    import drivers.dht22\n",
    ],
)
def test_a_driver_that_the_program_itself_imports_comes_too(program):
    assert "drivers/dht22.mpy" in firmware.assemble("lamp", program).files


@pytest.mark.parametrize("program", [b"def f(:\n", b"\0", b"from drivers import unknown\n"])
def test_a_program_that_does_not_read_is_for_the_board_to_explain(program):
    assert firmware.assemble("lamp", program).files["main.py"] == program


def test_the_twins_of_all_builds_share_one_folder_of_modules():
    folders = {firmware.assemble(build).code_folder() for build in catalogue.builds()}
    (folder,) = folders
    for build in catalogue.builds():
        for path, content in firmware.assemble(build).code.items():
            assert (folder / path).read_bytes() == content


def test_the_hash_changes_with_a_driver_that_is_on_the_board(monkeypatch):
    before = firmware.assemble("air", MAIN).hash
    compile_folder = firmware.compile_folder

    def changed(path):
        return lambda *folders: {**compile_folder(*folders), path: b"M\x06other"}

    monkeypatch.setattr(firmware, "compile_folder", changed("drivers/scd41.mpy"))
    assert firmware.assemble("air", MAIN).hash != before
    monkeypatch.setattr(firmware, "compile_folder", changed("drivers/button.mpy"))
    assert firmware.assemble("air", MAIN).hash == before


def test_the_board_knows_what_its_programs_were_when_they_were_installed():
    described = json.loads(firmware.assemble("lamp", MAIN).program["build.json"])
    assert described["originals"]["main.py"] == firmware.digest(MAIN)[:16]
    assert described["originals"]["boot.py"] == firmware.digest(firmware.boot_file())[:16]


def test_many_boards_may_have_their_programs_assembled_at_once() -> None:
    # Python 3.11 fails now and then where several threads parse.
    with ThreadPoolExecutor(12) as pool:
        hashes = {made.hash for made in pool.map(firmware.assemble, ["lamp"] * 48)}
    assert len(hashes) == 1


def test_a_program_that_cannot_be_compiled_in_time_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(firmware, "COMPILED_WITHIN_S", 0.3)
    with pytest.raises(firmware.NotCompiledError, match=r"no end|n’en finit pas"):
        firmware.compile_program(b"x = 9**9**9\n", "main.py")
