"""Lines that are put in by halving are where sorting would have put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socprot.splice import Mismatch, Sheet, spliced

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
