"""
The same in the vocabulary that search engines read, inside of pages.

A script element of another type than JavaScript is data: nothing runs, and no policy
need allow it (https://html.spec.whatwg.org/multipage/scripting.html#data-block).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from socprot.namespaces import BASE, DATASET, PREFIXES
from socprot.web.frame.described import Catalogue
from socprot.web.frame.markup import words
from socprot.web.rows import Term

_SCHEMA = PREFIXES["schema"]
_TYPE = PREFIXES["rdf"] + "type"
_TEXT = {PREFIXES["rdf"] + "langString", PREFIXES["xsd"] + "string", ""}


def block(document: Mapping[str, Any]) -> Markup:
    """A data block; no text in it can end the element or begin another."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup('<script type="application/ld+json">\n{}\n</script>').format(
        Markup(text)
    )


def dataset(catalogue: Catalogue) -> dict[str, Any]:
    """The whole as a schema:Dataset."""
    creators = [
        {"@type": "Organization", "@id": one, "name": catalogue.value("foaf:name", one)}
        for one in catalogue.values("dcterms:creator")
    ]
    period = catalogue.value("dcterms:temporal")
    start = catalogue.value("dcat:startDate", period) if period else ""
    document = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "url": DATASET,
        "identifier": DATASET,
        "name": catalogue.value("dcterms:title"),
        "description": catalogue.value("dcterms:description"),
        "version": catalogue.value("dcat:version"),
        "license": catalogue.value("dcterms:license"),
        "keywords": catalogue.values("dcat:keyword"),
        "creator": creators,
        "publisher": creators[0] if creators else None,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "spatialCoverage": [
            {"@type": "Place", "@id": place, "name": words(place).title()}
            for place in catalogue.values("dcterms:spatial")
        ],
        "temporalCoverage": f"{start}/.." if start else None,
        "distribution": [_download(catalogue, one) for one in _forms(catalogue)],
    }
    return {name: value for name, value in document.items() if value}


def home(address: str, catalogue: Catalogue | None) -> dict[str, Any]:
    """The first page: how to search here, and the dataset that all of it is about."""
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": f"{address}/search?q={{words}}",
        },
        "query-input": "required name=words",
    }
    document: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "WebSite",
        "@id": BASE,
        "url": f"{address}/",
        "name": "SocProt",
        "potentialAction": search,
    }
    if catalogue is not None:
        document["mainEntity"] = dataset(catalogue)
    return document


def _forms(catalogue: Catalogue) -> list[str]:
    return catalogue.values("dcat:distribution")


def _download(catalogue: Catalogue, form: str) -> dict[str, str]:
    media = catalogue.value("dcat:mediaType", form)
    return {
        "@type": "DataDownload",
        "name": catalogue.value("dcterms:title", form),
        "contentUrl": catalogue.value("dcat:downloadURL", form),
        "encodingFormat": media.partition("/media-types/")[2],
    }


def record(iri: str, title: str, said: Mapping[str, Iterable[Term]]) -> dict[str, Any]:
    """A record as far as it is said in the vocabulary of schema.org.

    Args:
        said: the values of each property.
    """
    types = [
        term.value.removeprefix(_SCHEMA)
        for term in said.get(_TYPE, ())
        if term.value.startswith(_SCHEMA)
    ]
    document: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": iri,
        "@type": sorted(types) or "Thing",
        "name": title,
    }
    for predicate, terms in sorted(said.items()):
        name = predicate.removeprefix(_SCHEMA)
        if name != predicate and name not in document:
            document[name] = [_value(term) for term in terms]
    return document


def _value(term: Term) -> Any:
    if term.kind == "uri":
        return {"@id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return term.value
