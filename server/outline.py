"""
Make the outline of the map anew: `python server/outline.py countries-50m.json`.

The file comes from the npm package `world-atlas` 2.0.2 (`npm pack world-atlas@2.0.2`),
which holds the map units of Natural Earth, in the public domain, at 1:50 million. Its
arcs are shared between neighbours and are simplified here arc by arc, so that borders
still meet. Islands too small to be seen are left out, but never the whole of a state.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

Point = tuple[float, float]
Ring = list[Point]

STATES = {
    "096": "BRN",
    "104": "MMR",
    "116": "KHM",
    "360": "IDN",
    "418": "LAO",
    "458": "MYS",
    "608": "PHL",
    "626": "TLS",
    "702": "SGP",
    "704": "VNM",
    "764": "THA",
}
FRAME = (91.0, -12.0, 142.0, 29.0)  # west, south, east, north
TOLERANCE = 0.04  # degrees: less than one unit of the widest picture
SMALLEST = 0.015  # square degrees
TARGET = Path(__file__).parent / "socprot" / "picture" / "outline.geojson"


def main(path: str) -> None:
    topology = json.loads(Path(path).read_bytes())
    arcs = [simplified(arc) for arc in decoded(topology)]
    features = []
    land: list[Ring] = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        rings = [ring for ring in outer(geometry, arcs) if len(ring) > 3]
        iso3 = STATES.get(geometry.get("id", ""))
        if iso3 is None:
            land += [part for ring in rings if len(part := clipped(ring)) > 3]
            continue
        rings.sort(key=area, reverse=True)
        kept = [rings[0], *(r for r in rings[1:] if area(r) >= SMALLEST)]
        features.append(feature({"iso3": iso3}, kept))
    features.sort(key=lambda one: one["properties"]["iso3"])
    features.insert(0, feature({}, [r for r in land if area(r) >= 2 * SMALLEST]))
    document = {
        "type": "FeatureCollection",
        "source": "Natural Earth 1:50m map units, from npm world-atlas 2.0.2",
        "licence": "public domain",
        "features": features,
    }
    lines = json.dumps(document, separators=(",", ":")).replace(
        '{"type":"Feature"', '\n{"type":"Feature"'
    )
    TARGET.write_text(lines + "\n", encoding="utf-8")


def decoded(topology: dict) -> Iterator[Ring]:
    """The arcs in degrees (TopoJSON: delta-encoded, quantised)."""
    (kx, ky), (dx, dy) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        yield points


def outer(geometry: dict, arcs: list[Ring]) -> Iterator[Ring]:
    """The outer rings of a geometry; no state here has a hole that could be seen."""
    several = geometry["arcs"]
    if geometry["type"] == "Polygon":
        several = [several]
    for polygon in several:
        ring: Ring = []
        for index in polygon[0]:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            ring += arc[1:] if ring else arc
        yield ring


def simplified(arc: Ring) -> Ring:
    """Leave out points that are nearly on a line (Douglas and Peucker)."""
    keep = {0, len(arc) - 1}
    stack = [(0, len(arc) - 1)]
    closed = arc[0] == arc[-1]
    while stack:
        first, last = stack.pop()
        worst, where = 0.0, 0
        for number in range(first + 1, last):
            away = distance(arc[number], arc[first], arc[last])
            if away > worst:
                worst, where = away, number
        limit = TOLERANCE / 4 if closed and len(arc) < 40 else TOLERANCE
        if worst > limit:
            keep.add(where)
            stack += [(first, where), (where, last)]
    return [arc[number] for number in sorted(keep)]


def distance(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0
    if length:
        share = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length
        share = min(1.0, max(0.0, share))
    x, y = ax + share * (bx - ax), ay + share * (by - ay)
    return float(((px - x) ** 2 + (py - y) ** 2) ** 0.5)


def area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def clipped(ring: Ring) -> Ring:
    """The part of a ring inside of the frame (Sutherland and Hodgman)."""
    west, south, east, north = FRAME
    for axis, bound, sign in (
        (0, west, 1),
        (0, east, -1),
        (1, south, 1),
        (1, north, -1),
    ):
        found: Ring = []
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            inside = [(point[axis] - bound) * sign >= 0 for point in (a, b)]
            if inside[0]:
                found.append(a)
            if inside[0] != inside[1]:
                share = (bound - a[axis]) / (b[axis] - a[axis])
                cut = [a[n] + share * (b[n] - a[n]) for n in (0, 1)]
                cut[axis] = bound
                found.append((cut[0], cut[1]))
        ring = found
        if not ring:
            break
    return ring


def feature(properties: dict[str, str], rings: list[Ring]) -> dict:
    rounded = []
    for ring in rings:
        points = [[round(x, 2), round(y, 2)] for x, y in ring]
        if points[0] != points[-1]:
            points.append(points[0])
        rounded.append([points])
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": rounded},
    }


if __name__ == "__main__":
    main(sys.argv[1])
