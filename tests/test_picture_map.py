"""The map: every state in its place, and what was not seen is not a no."""

from itertools import combinations, pairwise

import pytest
from drawn import read

from socprot.picture import map as drawing
from socprot.picture.map import Area, Shade
from socprot.picture.outline import EAST, NORTH, SOUTH, SPOTS, WEST, rings


def test_the_outline_has_every_state() -> None:
    assert rings().keys() == {"", *SPOTS}
    assert len(SPOTS) == 11
    for code in SPOTS:
        for ring in rings()[code]:
            assert all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring)
            assert ring[0] == ring[-1]


@pytest.mark.parametrize("code", SPOTS)
def test_a_line_leads_into_the_state(code: str) -> None:
    x, y = SPOTS[code].within

    def holds(ring: list[tuple[float, float]]) -> bool:
        found = False
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                found = not found
        return found

    assert any(holds(list(ring)) for ring in rings()[code])


def test_what_was_not_seen_is_hatched_and_not_a_no() -> None:
    shades = [Shade("no", "stated not", "no"), Shade("", "not seen", "gap")]
    areas = [Area("THA", "Thailand", "no", "no"), Area("VNM", "Viet Nam", "?", "")]
    areas.append(Area("XXX", "Elsewhere", "?", ""))
    picture = drawing.draw(areas, shades, "t")
    root = read(picture)
    styles = {
        (one.find("{*}title").text or ""): one.find("{*}path").get("class")  # type: ignore[union-attr]
        for one in root.iter()
        if one.find("{*}title") is not None and one.find("{*}path") is not None
    }
    assert styles["Thailand: no"] == "area no"
    assert styles["Viet Nam: ?"] == "area gap"
    assert len(picture.table.rows) == 3
    assert picture.left_out == 1
    assert "not seen: Viet Nam" in picture.description


def test_labels_of_the_map_do_not_overlap() -> None:
    names = {
        "BRN": "Brunei Darussalam",
        "IDN": "Indonesia",
        "KHM": "Cambodia",
        "LAO": "Lao People's Democratic Republic",
        "MMR": "Myanmar",
        "MYS": "Malaysia",
        "PHL": "Philippines",
        "SGP": "Singapore",
        "THA": "Thailand",
        "TLS": "Timor-Leste",
        "VNM": "Viet Nam",
    }
    areas = [Area(c, n, "conditional and equal, 2022-10", "") for c, n in names.items()]
    root = read(drawing.draw(areas, [], "t"))
    plates = [
        [float(one.get(name, "")) for name in ("x", "y", "width", "height")]
        for one in root.iter()
        if one.get("class") == "plate"
    ]
    assert len(plates) == 11
    for (ax, ay, aw, ah), (bx, by, bw, bh) in combinations(plates, 2):
        apart = ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay
        assert apart, ((ax, ay, aw, ah), (bx, by, bw, bh))
