"""A cursor encodes positions uniquely; a change holds ids."""

import pytest
from hypothesis import given, strategies as some

from grandequipe.core.errors import Invalid
from grandequipe.live.changes import make_cursor, read_cursor

streams = some.from_regex(r"(group|member):[1-9][0-9]{0,5}", fullmatch=True)
places = some.dictionaries(streams, some.integers(0, 2**63 - 1), max_size=30)


@given(places)
def test_a_cursor_reads_back_as_it_was_made(place: dict[str, int]) -> None:
    assert read_cursor(make_cursor(place)) == place


@given(places)
def test_the_same_place_is_the_same_word(place: dict[str, int]) -> None:
    assert make_cursor(dict(reversed(place.items()))) == make_cursor(place)


@given(some.text(max_size=60) | some.binary(max_size=60).map(lambda raw: raw.hex()))
def test_nonsense_is_refused_by_name(word: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_cursor(word)
    assert refused.value.errors.keys() == {"since"}
