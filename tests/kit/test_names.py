from hypothesis import given
from hypothesis import strategies as st

from kit.names import DEVICE_LEAVES, DeviceKey, is_slug, parse_topic

slugs = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)


@given(slugs, slugs, st.sampled_from(DEVICE_LEAVES))
def test_a_topic_reads_back_as_what_it_was_made_from(town: str, device: str, leaf: str) -> None:
    key = DeviceKey(town, device)
    assert parse_topic(key.topic(leaf)) == (key, leaf)


@given(st.text())
def test_any_text_is_either_a_topic_of_the_kit_or_refused(text: str) -> None:
    parsed = parse_topic(text)
    if parsed is not None:
        key, leaf = parsed
        assert key.topic(leaf) == text
        assert is_slug(key.town)
        assert is_slug(key.device)


@given(slugs, slugs, slugs, slugs)
def test_no_two_objects_share_a_user_name(a: str, b: str, c: str, d: str) -> None:
    one, other = DeviceKey(a, b), DeviceKey(c, d)
    assert (one.user == other.user) == (one == other)


def test_a_slug_ends_where_the_text_ends() -> None:
    assert not is_slug("air\n")
    assert not is_slug("")
    assert not is_slug("é")
    assert not is_slug("a" * 33)
