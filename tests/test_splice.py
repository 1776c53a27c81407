"""Lines that are put in by halving are where sorting would have put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socprot.splice import Mismatch, Sheet, differences, spliced

# Short, so that lines begin like each other.
lines = st.text("ab \t", max_size=4).map(lambda text: f"{text}\n".encode())
sets = st.sets(lines)


@given(sets, sets)
def test_what_is_spliced_is_sorted(before: set[bytes], after: set[bytes]) -> None:
    content = b"".join(sorted(before))
    done = spliced(content, before - after, after - before)
    assert done == b"".join(sorted(after))


@given(sets, st.lists(st.tuples(lines, st.booleans())))
def test_what_comes_and_goes_again_is_as_it_was(
    before: set[bytes], steps: list[tuple[bytes, bool]]
) -> None:
    sheet, held = Sheet(b"".join(sorted(before))), set(before)
    for line, there in steps:
        if (line in held) != there:
            sheet.note([line], there=there)
            held ^= {line}
    assert sheet.content() == b"".join(sorted(held))


@pytest.mark.parametrize(("gone", "new"), [({b"b\n"}, set()), (set(), {b"a\n"})])
def test_lines_that_are_not_as_was_said(gone: set[bytes], new: set[bytes]) -> None:
    with pytest.raises(Mismatch):
        spliced(b"a\nc\n", gone, new)


@given(sets, sets)
def test_what_differs(before: set[bytes], after: set[bytes]) -> None:
    old, new = (b"".join(sorted(held)) for held in (before, after))
    assert differences(old, new) == (sorted(before - after), sorted(after - before))


@pytest.mark.parametrize("place", [0, 1, 4_000, 99_998, 99_999])
def test_what_differs_in_long_texts(place: int) -> None:
    """Longer than what is compared at once."""
    held = [
        f"{number:06} {'x' * (number % 90)}\n".encode() for number in range(100_000)
    ]
    old = b"".join(held)
    less = b"".join([*held[:place], *held[place + 1 :]])
    assert differences(old, less) == ([held[place]], [])
    assert differences(less, old) == ([], [held[place]])
