"""What a label says that nobody keeps: the name of the object's own Wi-Fi."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kit.enrolment import LabelFacts
from kit.names import DeviceKey


@given(st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True))
def test_the_network_on_the_label_is_the_one_that_the_board_opens(name: str) -> None:
    """As ``device/fabnum/setup/session.py`` makes it."""
    facts = LabelFacts(DeviceKey("gonesse", name), "", "", "", "", "")
    assert facts.setup_network == ("Fabnum-" + name)[:32]
    assert re.fullmatch(r"[\x20-\x7e]{1,32}", facts.setup_network)
