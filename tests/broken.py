"""Sources that are broken in one way each, and what the curator must be told."""

from dataclasses import dataclass
from pathlib import Path

EVENT = "data/event/2013-summit.ttl"
TABLE = "data/table/figure.csv"


@dataclass(frozen=True)
class Break:
    """How to break a checkout, and the words that the message must hold."""

    file: str
    old: str
    new: str
    told: tuple[str, ...]

    def apply(self, root: Path) -> None:
        path = root / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert self.old in text
        changed = text.replace(self.old, self.new, 1) if self.old else self.new
        path.write_text(changed, encoding="utf-8")


BREAKS = {
    "syntax": Break(
        EVENT,
        'rdfs:label "Summit"@en ;',
        'rdfs:label "Summit@en ;',
        (EVENT + ":12", "syntax"),
    ),
    "undeclared-prefix": Break(
        EVENT,
        "PREFIX body: <https://w3id.org/socprot/id/body/>\n",
        "",
        (EVENT + ":14", "prefix body"),
    ),
    "missing-value": Break(
        EVENT,
        '    sp:startDate "2013-10-09"^^xsd:date ;\n',
        "",
        (
            EVENT + ":9",
            "event:2013-summit",
            "sps:Event-start sh:minCount",
            "Add a line `sp:startDate",
        ),
    ),
    "wrong-datatype": Break(
        EVENT,
        '"2013-10-09"^^xsd:date',
        '"2013"^^xsd:gYear',
        (EVENT + ":16", "sps:Event-start sh:datatype", "xsd:gYear"),
    ),
    "no-such-day": Break(
        EVENT,
        '"2013-10-09"^^xsd:date',
        '"2013-13-09"^^xsd:date',
        (EVENT + ":16", "sps:Event-start sh:datatype", "There is no such day"),
    ),
    "two-values": Break(
        EVENT,
        "    sp:startDate",
        '    sp:startDate "2013-10-10"^^xsd:date ;\n    sp:startDate',
        (EVENT, "sps:Event-start sh:maxCount", "Keep one"),
    ),
    "wrong-class": Break(
        EVENT,
        "sp:host body:host",
        "sp:host source:statement",
        (EVENT + ":15", "sps:Event-host sh:class", "source:statement"),
    ),
    "dangling-link": Break(
        "data/act/adoption.ttl",
        "sp:occasion event:2013-summit ;",
        "sp:occasion event:2013-summit ;\n    sp:about event:2031-summit ;",
        (
            "data/act/adoption.ttl:10",
            "act:adoption",
            "event:2031-summit",
            "dangling-link",
            "Correct the IRI",
            "Did you mean event:2013-summit?",
        ),
    ),
    "other-iri": Break(
        "data/body/other.ttl",
        "",
        "PREFIX body: <https://w3id.org/socprot/id/body/>\nbody:another a body:x .\n",
        ("data/body/other.ttl", "body:another", "body:other", "Rename"),
    ),
    "other-class": Break(
        "data/body/host.ttl",
        "a sp:Body",
        "a sp:Source",
        ("data/body/host.ttl:6", "sp:Body", "sp:Source", "class"),
    ),
    "second-record": Break(
        "data/body/host.ttl",
        "body:host\n",
        'body:guest\n    rdfs:label "x"@en ;\n.\n\nbody:host\n',
        ("data/body/host.ttl:5", "body:guest", "path"),
    ),
    "blank-node": Break(
        EVENT,
        "sp:host body:host",
        "sp:host [ a sp:Body ]",
        (EVENT + ":15", "blank-node", "2013-summit/part-1"),
    ),
    "wrong-folder": Break(
        "data/stray.ttl",
        "",
        "<a:> <b:> <c:> .\n",
        ("data/stray.ttl", "data/<kind>/<slug>.ttl"),
    ),
    "bad-number": Break(TABLE, "12.50", "a dozen", (TABLE + ":2", "share", "decimal")),
    "unknown-reference": Break(
        TABLE,
        ",host,",
        ",hots,",
        (TABLE + ":2", "figure:f1", "bodies", "body:hots", "body:host?"),
    ),
    "duplicate-key": Break(
        TABLE, "\nf2,", "\nf1,", (TABLE + ":3", "primaryKey", "line 2")
    ),
    "missing-cell": Break(
        TABLE, "f1,First", "f1,", (TABLE + ":2", "label", "required")
    ),
    "out-of-range": Break(
        TABLE,
        "12.50",
        "112.50",
        (TABLE + ":2", "figure:f1", "share", "sps:Figure-value sh:maxInclusive"),
    ),
    "bad-metadata": Break(
        TABLE + "-metadata.json", '"url"', "url", (TABLE + "-metadata.json:3",)
    ),
    "contradiction": Break(
        "data/body/host.ttl",
        "a sp:Body",
        "a sp:Body ;\n    a sp:Event",
        ("body:host", "contradicts"),
    ),
    "bad-query": Break(
        "queries/hygiene/dangling-link.rq",
        "SELECT",
        "SELEKT",
        ("dangling-link.rq", "line"),
    ),
}
