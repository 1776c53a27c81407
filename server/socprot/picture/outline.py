"""
The outline of the member states of ASEAN, and of the land around them.

Made by `server/outline.py` from Natural Earth, which is in the public domain; how it
draws a border is no opinion of anybody here. Degrees east and north are used as they
are: so near to the equator that bends nothing that could be seen.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEST, SOUTH, EAST, NORTH = 91.0, -12.0, 142.0, 29.0

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Spot:
    """Where words about a state stand.

    Attributes:
        within: a place in the state.
        label: where its name begins, or its middle where it stands on the state.
        inside: whether the name stands on the state; a line leads to it otherwise.
        room: how wide a line of words may be.
        tiny: whether the state is too small to be seen, and needs a ring around it.
    """

    within: tuple[float, float]
    label: tuple[float, float]
    inside: bool = False
    room: float = 150.0
    tiny: bool = False


SPOTS: Mapping[str, Spot] = {
    "BRN": Spot((114.7, 4.6), (111.0, 8.4), room=100, tiny=True),
    "IDN": Spot((113.6, -1.2), (114.1, -1.3), inside=True, room=116),
    "KHM": Spot((105.0, 12.7), (104.9, 12.7), inside=True, room=90),
    "LAO": Spot((102.6, 19.6), (105.4, 26.2)),
    "MMR": Spot((96.0, 21.3), (96.2, 21.4), inside=True, room=100),
    "MYS": Spot((102.4, 4.2), (105.4, 5.4), room=84),
    "PHL": Spot((121.2, 15.6), (126.4, 17.2), room=170),
    "SGP": Spot((103.82, 1.35), (105.2, 1.4), room=84, tiny=True),
    "THA": Spot((101.0, 15.9), (101.2, 16.0), inside=True, room=100),
    "TLS": Spot((125.8, -8.85), (128.4, -10.3), tiny=True),
    "VNM": Spot((108.4, 13.6), (110.8, 14.6)),
}


@cache
def rings() -> Mapping[str, Sequence[Ring]]:
    """The rings of each state by its ISO 3166 code; of the land around by nothing."""
    path = Path(__file__).with_name("outline.geojson")
    document = json.loads(path.read_bytes())
    return {
        feature["properties"].get("iso3", ""): [
            [(x, y) for x, y in polygon[0]]
            for polygon in feature["geometry"]["coordinates"]
        ]
        for feature in document["features"]
    }
