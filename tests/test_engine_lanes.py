"""The line in front of the workers: how long it is, and how much of it one may have."""

import threading

import pytest
from waiting import until

from socprot.engine.lanes import Lanes
from socprot.engine.limits import Limits
from socprot.errors import Busy, ClientBusy


def test_a_full_line_turns_callers_away() -> None:
    lanes = Lanes(Limits(workers=1, queue=2, client_share=1, wait=0.05))
    tickets = [lanes.enter("a", slow=False) for _ in range(2)]
    results: list[Exception] = []

    def wait(client: str) -> None:
        try:
            lanes.enter(client, slow=False)
        except Busy as error:
            results.append(error)

    threads = [threading.Thread(target=wait, args=(name,)) for name in ("b", "c")]
    for thread in threads:
        thread.start()
    until(lambda: lanes.waiting()["quick"] == 2)
    with pytest.raises(Busy, match="2 queries wait") as full:
        lanes.enter("d", slow=False)
    assert full.value.retry_after >= 1
    for thread in threads:
        thread.join()
    assert [str(error) for error in results] == [
        "No worker became free within 0.05 seconds; try later."
    ] * 2
    for ticket in tickets:
        lanes.leave(ticket)
    assert lanes.running() == {"quick": 0, "slow": 0}


def test_a_client_has_a_share_of_the_line() -> None:
    lanes = Lanes(Limits(workers=1, queue=9, client_share=1, wait=0.2))
    tickets = [lanes.enter("", slow=False) for _ in range(2)]

    def wait() -> None:
        with pytest.raises(Busy):
            lanes.enter("a", slow=False)

    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: lanes.waiting()["quick"] == 1)
    with pytest.raises(ClientBusy):
        lanes.enter("a", slow=False)
    thread.join()
    for ticket in tickets:
        lanes.leave(ticket)


def test_a_client_with_many_addresses_is_one() -> None:
    """Whoever has one address of IPv6 has all of its network."""
    limits = Limits(workers=9, slow_per_client=2)
    lanes = Lanes(limits)
    for number in (1, 2):
        lanes.enter(f"2001:db8::{number}", slow=True)
    with pytest.raises(ClientBusy):
        lanes.enter("2001:db8::ffff", slow=True)
    lanes.enter("2001:db8:0:1::1", slow=True)
    for number in (1, 2, 3):
        lanes.enter(f"::ffff:192.0.2.{number}", slow=True)
    lanes.enter("192.0.2.1", slow=True)
    with pytest.raises(ClientBusy):
        lanes.enter("::ffff:192.0.2.1", slow=True)
