"""A picture as a reader of SVG finds it: well formed, safe, and in its frame."""

from xml.etree import ElementTree

from socprot.picture import NARROW, WIDE, Picture

WIDTHS = [WIDE, NARROW]


def read(picture: Picture) -> ElementTree.Element:
    """Parse it; it has no element, script, style or address that it should not."""
    root = ElementTree.fromstring(picture.svg)
    names = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert names <= {
        *("svg", "title", "desc", "g", "a", "text", "rect", "line", "circle"),
        *("path", "polyline", "defs", "pattern"),
    }
    for one in root.iter():
        for name, value in one.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            if name.endswith("href"):
                assert value.startswith(("/", "#", "http://", "https://"))
    return root


def inside(picture: Picture) -> None:
    """Every place that is given in units of the picture itself is inside of it."""
    root = read(picture)
    for one in root.iter():
        if one.tag.endswith("pattern"):
            one.clear()
    for one in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            if name in one.attrib:
                assert -1 <= float(one.attrib[name]) <= picture.width + 1
        for name in ("y", "y1", "y2", "cy"):
            if name in one.attrib:
                assert -1 <= float(one.attrib[name]) <= picture.height + 1
