"""A class set: twelve boards at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.device.virtual.conftest import Tool


@pytest.mark.slow
def test_twelve_boards_are_flashed_and_asked_at_once(make_bench, image):
    tools = [Tool(board) for board in make_bench(12).boards]

    def whole(tool: Tool) -> tuple[int, str]:
        flashed = tool.flash(image).returncode
        tool.write("name.txt", tool.board.port)
        tool.board.press_reset()
        return flashed, tool.ask("print(open('name.txt').read())")

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(whole, tools))
    assert done == [(0, tool.board.port) for tool in tools]
