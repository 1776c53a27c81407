"""
Named queries: one `.rq` file each, which any SPARQL tool can run as it stands.

Its header describes it (`#+ summary: ...`). Its parameters are its one-value `VALUES`
lines: `VALUES ?year { 2013 }` declares a parameter `year`, an integer, 2013 unless
the caller says otherwise. So the default is the type, the documentation and the smoke
test of the parameter in one. `#+ label-year: Year` is what a form calls it, and
`#+ choices-year: ?event sp:year ?year` a pattern that finds the values to choose from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from socprot import dates
from socprot.errors import BadParameter, BuildFailed
from socprot.namespaces import ID, PREFIXES

_HEADER = re.compile(r"^#\+ *(?P<key>[\w-]+): *(?P<value>.*\S)", re.MULTILINE)
_PREFIX = re.compile(
    r"^\s*PREFIX\s+(?P<prefix>[\w.-]*):\s*<(?P<iri>[^<>\s]*)>", re.M | re.I
)
_TERM = r"<[^<>\s]*>|\"(?:\\.|[^\"\\\n])*\"(?:@[\w-]+|\^\^[^\s}]+)?|[^\s\"<>{}()]+"
_PARAM = re.compile(
    rf"\bVALUES\s+\?(?P<name>\w+)\s*\{{\s*(?P<term>{_TERM})\s*\}}", re.IGNORECASE
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_XSD = PREFIXES["xsd"]
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_SPELLING = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "decimal": re.compile(_DECIMAL),
    _XSD + "double": re.compile(rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?"),
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
}
_CALLED = {
    _XSD + "boolean": "true or false",
    _XSD + "date": "a day such as 2013-10-09",
    _XSD + "decimal": "a decimal number such as 0.5",
    _XSD + "double": "a number such as 0.5",
    _XSD + "gYear": "a year such as 2013",
    _XSD + "gYearMonth": "a month such as 2013-10",
    _XSD + "integer": "a whole number such as 2013",
}


@dataclass(frozen=True)
class Param:
    """One parameter of a query, as the file declares it.

    Attributes:
        name: of the variable, without the question mark.
        default: the value that the file gives.
        namespaces: the prefixes that the query declares.
        label: what a form calls it.
        pattern: the part of a WHERE clause that finds its possible values, under its
            own name; "" where any value of its type may stand.
    """

    name: str
    default: NamedNode | Literal
    namespaces: Mapping[str, str]
    label: str = ""
    pattern: str = ""

    @property
    def value(self) -> str:
        """The default as a caller would write it."""
        return self.default.value

    @property
    def datatype(self) -> str | None:
        """The IRI of the datatype; None where the value is an IRI itself."""
        if isinstance(self.default, NamedNode):
            return None
        return self.default.datatype.value

    @property
    def choices(self) -> str:
        """A query for the values that make sense: ?choice, with each ?label it has."""
        if not self.pattern:
            return ""
        prefixes = "".join(f"PREFIX {p}: <{i}>\n" for p, i in self.namespaces.items())
        return (
            f"{prefixes}SELECT ?choice ?label\nWHERE {{\n"
            f"  {{ SELECT DISTINCT (?{self.name} AS ?choice) "
            f"WHERE {{ {self.pattern} }} }}\n"
            f"  OPTIONAL {{ ?choice <{PREFIXES['rdfs']}label> ?label }}\n"
            "}\nORDER BY ?choice ?label"
        )

    @property
    def expects(self) -> str:
        """What a value must look like, in words."""
        if self.datatype is not None:
            return _CALLED.get(self.datatype, "text")
        return f"an IRI such as {self.value}"

    def term(self, value: str) -> str:
        """Write a value as a term like the default, safely quoted.

        Raises:
            BadParameter: it is ill-typed.
        """
        if isinstance(self.default, NamedNode):
            return str(NamedNode(self._iri(value)))
        if not _is_spelt(value, self.default.datatype.value):
            raise BadParameter(
                f"The parameter {self.name} must be {self.expects}, not {value!r}."
            )
        if language := self.default.language:
            return str(Literal(value, language=language))
        return str(Literal(value, datatype=self.default.datatype))

    def _iri(self, value: str) -> str:
        """Read a full IRI, a prefixed name, the path of a record (`body/asean`), or the
        slug of one of the same kind."""
        prefix, colon, local = value.partition(":")
        if colon and prefix in self.namespaces:
            value = self.namespaces[prefix] + local
        elif self.value.startswith(ID):
            if SLUG.fullmatch(value):
                value = self.value.rpartition("/")[0] + "/" + value
            elif all(SLUG.fullmatch(part) for part in value.split("/")):
                value = ID + value
        if not _IRI.fullmatch(value):
            raise BadParameter(
                f"The parameter {self.name} must be {self.expects}, not {value!r}."
            )
        return value


@dataclass(frozen=True)
class Query:
    """A query that is published under its file name.

    Attributes:
        given: its text, where it is not in a file.
    """

    path: Path
    given: str | None = None

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def text(self) -> str:
        if self.given is not None:
            return self.given
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def header(self) -> Mapping[str, str]:
        """Its `#+ key: value` lines: summary, question, theme, notes ..."""
        return dict(_HEADER.findall(self.text))

    @property
    def summary(self) -> str:
        return self.header.get("summary", self.name)

    @cached_property
    def namespaces(self) -> Mapping[str, str]:
        """The prefixes that it declares."""
        return dict(_PREFIX.findall(self.text))

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """Its parameters, in the order of the file."""
        found: dict[str, Param] = {}
        for match in _PARAM.finditer(self.text):
            name = match["name"]
            default = _parse(match["term"], self.namespaces)
            if default is not None and name not in found:
                found[name] = Param(
                    name,
                    default,
                    self.namespaces,
                    self.header.get(f"label-{name}", name),
                    self.header.get(f"choices-{name}", ""),
                )
        return found

    def render(self, values: Mapping[str, str | Sequence[str]]) -> str:
        """Return the text of the query, with these values in place of the defaults.

        A parameter with several values is asked for all of them at once.

        Raises:
            BadParameter: one is unknown or ill-typed.
        """
        if unknown := sorted(values.keys() - self.params.keys()):
            known = ", ".join(self.params) or "none"
            raise BadParameter(
                f"The query {self.name} has no parameter {unknown[0]!r}; "
                f"its parameters: {known}."
            )
        terms = {
            name: " ".join(
                self.params[name].term(one)
                for one in ([value] if isinstance(value, str) else value)
            )
            for name, value in values.items()
        }

        def swap(match: re.Match[str]) -> str:
            name = match["name"]
            return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else match[0]

        return _PARAM.sub(swap, self.text)


def load(folder: Path) -> dict[str, Query]:
    """Read every query under `folder`, by name.

    Raises:
        BuildFailed: two files have the same name.
    """
    found: dict[str, Query] = {}
    for path in sorted(folder.rglob("*.rq"), key=lambda path: path.stem):
        if other := found.get(path.stem):
            raise BuildFailed(
                f"{path} and {other.path} have the same name: rename one of them."
            )
        found[path.stem] = Query(path)
    return found


def _parse(term: str, namespaces: Mapping[str, str]) -> NamedNode | Literal | None:
    """Read a term; SPARQL and Turtle write terms alike."""
    prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in namespaces.items())
    text = f"{prefixes}<urn:x> <urn:x> {term} ."
    try:
        (triple,) = parse(text, RdfFormat.TURTLE)
    except SyntaxError:
        return None  # UNDEF, for instance
    value = triple.object
    return value if isinstance(value, NamedNode | Literal) else None


def _is_spelt(value: str, datatype: str) -> bool:
    if dates.is_date(datatype):
        try:
            dates.interval(value, datatype)
        except ValueError:
            return False
    spelling = _SPELLING.get(datatype)
    return spelling is None or spelling.fullmatch(value) is not None
