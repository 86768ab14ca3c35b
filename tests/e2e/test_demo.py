"""`fabnum demo` in one command: it ends by itself, says what arrived, leaves nothing behind."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.living_site import FABNUM, PATIENCE_S

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_the_demo_stores_all_that_it_measures(tmp_path: Path) -> None:
    answer = subprocess.run(
        [FABNUM, "demo", "--for", "10", "--port", "0"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout.splitlines()[-1])
    print(said)
    assert said["devices"] >= 3
    assert said["readings"] == said["stored"] > 0
    assert said["lost"] == said["quarantined"] == 0
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []
