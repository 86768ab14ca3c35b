"""Every solution of every module runs on a simulated board and does what is asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from curriculum import reading
from tests.curriculum.proving import NotSeenError, Town, prove
from tests.device.open_broker import open_broker
from tests.twins import new_fleet

pytestmark = [pytest.mark.e2e, pytest.mark.servers, pytest.mark.slow]

FOLDERS = [reading.TEMPLATE, *reading.folders()]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_broker(tmp_path) as port:
        town = Town(port)
        yield town
        town.close()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_solution_does_what_its_challenge_asks_for(
    folder: Path, town: Town, tmp_path: Path
) -> None:
    module = reading.load(folder)
    numbers = range(1, len(module.front.challenges) + 1)
    with new_fleet() as fleet, ThreadPoolExecutor(len(numbers)) as side_by_side:
        proofs = {
            number: side_by_side.submit(prove, module, number, fleet, town, tmp_path)
            for number in numbers
        }
        wrong = {number: proof.exception() for number, proof in proofs.items()}
    for number, error in wrong.items():
        if error is not None and not isinstance(error, NotSeenError):
            raise error
        assert error is None, f"challenge {number} of {module.front.id}: {error}"
