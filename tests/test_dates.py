"""A date stands for the days that it may mean; nothing is made up beyond that."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from socprot import dates, derive
from socprot.namespaces import PREFIXES, SP

XSD = PREFIXES["xsd"]


@pytest.mark.parametrize(
    ("text", "datatype", "first", "last"),
    [
        ("2013-10-09", "date", "2013-10-09", "2013-10-09"),
        ("2013-10", "gYearMonth", "2013-10-01", "2013-10-31"),
        ("2012-02", "gYearMonth", "2012-02-01", "2012-02-29"),
        ("2013-12", "gYearMonth", "2013-12-01", "2013-12-31"),
        ("2013", "gYear", "2013-01-01", "2013-12-31"),
    ],
)
def test_interval(text: str, datatype: str, first: str, last: str) -> None:
    assert dates.earliest(text, XSD + datatype).isoformat() == first
    assert dates.latest(text, XSD + datatype).isoformat() == last


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2013-02-30", "date"),
        ("2013-13", "gYearMonth"),
        ("2013-00", "gYearMonth"),
        ("2013-10-09Z", "date"),
        ("13", "gYear"),
        ("٢٠١٣", "gYear"),
        ("2013", "date"),
    ],
)
def test_no_such_date(text: str, datatype: str) -> None:
    with pytest.raises(ValueError, match=r"is not|month|day|year"):
        dates.interval(text, XSD + datatype)


def test_other_datatypes_are_no_dates() -> None:
    assert not dates.is_date(XSD + "dateTime")


@pytest.mark.parametrize(
    ("said", "derived"),
    [
        ({"startDate": "2013-10-09"}, ("2013-10-09", None)),
        ({"startDate": "2013-10"}, ("2013-10-01", None)),
        (
            {"startDate": "2013-10-09", "endDate": "2013-10"},
            ("2013-10-09", "2013-10-31"),
        ),
        ({"startDate": "2013", "endDate": "2012"}, ("2013-01-01", "2012-12-31")),
        ({"endDate": "1990"}, (None, "1990-12-31")),
        ({"adopted": "2013"}, ("2013-01-01", "2013-12-31")),
        ({"adopted": "2013", "startDate": "2012"}, ("2012-01-01", None)),
        ({"startDate": "2013-02-30"}, (None, None)),
    ],
)
def test_earliest_and_latest(
    said: dict[str, str], derived: tuple[str | None, str | None]
) -> None:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    thing = NamedNode("urn:thing")
    below = Quad(
        NamedNode(str(SP.adopted)),
        NamedNode(PREFIXES["rdfs"] + "subPropertyOf"),
        NamedNode(str(SP.date)),
    )
    quads = [
        Quad(
            thing,
            NamedNode(f"{SP}{name}"),
            Literal(text, datatype=NamedNode(XSD + kinds[len(text)])),
        )
        for name, text in said.items()
    ]
    found = {t.predicate.value: t.object for t in derive.intervals(quads, [below])}
    values = [found.get(f"{SP}{name}") for name in ("earliest", "latest")]
    assert tuple(v.value if isinstance(v, Literal) else None for v in values) == derived
