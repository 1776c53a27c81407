"""Waiting for what another thread or process does, with an end."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Return as soon as a condition holds.

    Args:
        condition: asked again and again; whatever is true, holds.
        seconds: how long it may take. Where something else would bring it about later,
            a limit of the server say, this must be less than that.

    Raises:
        AssertionError: it did not hold in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"It did not happen within {seconds:g} seconds."
        time.sleep(0.01)
