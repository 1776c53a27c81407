"""The OpenAPI description is valid, and true of a running server, word by word."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from serving import SLOW, TOO_MANY_ROWS, Reply, Server

from socprot import files, queries
from socprot.bundle import Bundle
from socprot.web.question.operation import listed, of_question

QUESTIONS = queries.load(files.root() / "queries" / "competency")
OPERATIONS = {one.id: one for one in [*map(of_question, QUESTIONS.values()), *listed()]}
TRIPLES = ("text/turtle", "application/n-triples", "application/rdf+xml")
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2"
# What makes each error of the endpoint.
PROVOKING = {
    "400": {"query": "SELECT nonsense"},
    "403": {"query": "SELECT * { SERVICE <http://x.test/> { } }"},
    "413": {"query": "SELECT * " + "{" * 5000},
    "422": {"query": TOO_MANY_ROWS, "timeout": "30"},
    "504": {"query": SLOW, "timeout": "0.3"},
}


@pytest.fixture(scope="module")
def real(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    running = Server("bundle", Path(bundle.path))
    yield running
    assert running.stop() == 0, "".join(running.log)


@pytest.fixture(scope="module")
def document(real: Server) -> dict[str, Any]:
    return real.get("/openapi.json").json()


def described(document: dict[str, Any], name: str) -> tuple[str, str, dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] == name:
                return path, method.upper(), operation
    raise AssertionError(f"{name} is not described")


def send(
    server: Server,
    document: dict[str, Any],
    name: str,
    accept: str,
    /,
    **values: str,
) -> Reply:
    """Ask as the description says, with its own examples where nothing is given."""
    path, method, operation = described(document, name)
    query: list[tuple[str, str]] = []
    for one in operation["parameters"]:
        value = values.pop(one["name"], None)
        if value is None and one["required"]:
            value = str(one.get("example") or one["schema"]["enum"][0])
        if value is None:
            continue
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(value, safe=""))
        else:
            query.append((one["name"], value))
    headers = {"Accept": accept} if accept else {}
    if method == "GET":
        query += values.items()
        return server.request("GET", f"{path}?{urlencode(query)}", None, headers)
    content = operation["requestBody"]["content"]
    form = content["application/x-www-form-urlencoded"]["example"]
    body = urlencode({**form, **values}).encode()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return server.request("POST", path, body, headers)


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())


def test_it_has_every_operation_once(document: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert sorted(names) == sorted(OPERATIONS)
    assert QUESTIONS.keys() <= set(names)


def test_it_is_small_and_sent_under_its_own_name_on_request(real: Server) -> None:
    own = "application/vnd.oai.openapi+json"
    reply = real.get("/openapi.json", own)
    assert reply.headers["Content-Type"] == f"{own};version=3.1"
    plain = real.get("/openapi.json")
    assert plain.headers["Content-Type"] == "application/json"
    assert plain.body == reply.body
    assert plain.headers["ETag"] != reply.headers["ETag"]
    assert len(plain.body) < 600_000


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_media_type_is_sent(
    real: Server, document: dict[str, Any], name: str
) -> None:
    path, _, operation = described(document, name)
    for media in operation["responses"]["200"]["content"]:
        values = {}
        if path == "/sparql" and media in (*TRIPLES, "application/ld+json"):
            values = {"query": CONSTRUCT}
        reply = send(real, document, name, media, **values)
        assert (reply.status, reply.media_type) == (200, media), reply.text[:300]
        assert reply.body
        if "304" in operation["responses"]:
            again = real.request(
                "GET",
                _last(document, name, values),
                None,
                {"Accept": media, "If-None-Match": reply.headers["ETag"]},
            )
            assert (again.status, again.body) == (304, b"")


def _last(document: dict[str, Any], name: str, values: dict[str, str]) -> str:
    """The address that `send` asks for."""
    seen: list[str] = []

    class Recorder:
        def request(self, method: str, path: str, body: Any, headers: Any) -> None:
            seen.append(path)

    send(Recorder(), document, name, "", **values)  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_error_is_met(real: Server, document: dict[str, Any], name: str) -> None:
    path, _, operation = described(document, name)
    for status in operation["responses"]:
        reply = provoke(real, document, name, path, status)
        if reply is None:
            continue
        assert reply.status == int(status), f"{status}: {reply.text[:300]}"
        assert reply.media_type == "application/problem+json"
        told = reply.json()
        assert told["status"] == int(status)
        kinds = document["components"]["schemas"]["Problem"]["properties"]["type"]
        assert told["type"] in kinds["enum"]


def provoke(
    server: Server, document: dict[str, Any], name: str, path: str, status: str
) -> Reply | None:
    """Make an error; None for an answer that is none, or that only load can make."""
    gladly = "application/problem+json, */*;q=0.1"

    if status == "422":  # a page is written when all of its answer is there
        gladly = "application/problem+json, text/html;q=0.1"

    def ask(**values: str) -> Reply:
        return send(server, document, name, gladly, **values)

    if status == "406":
        return send(server, document, name, "image/png, application/problem+json")
    if path == "/sparql":
        if status == "415":
            headers = {"Content-Type": "image/png", "Accept": gladly}
            return server.request("POST", path, b"x", headers)
        return ask(**PROVOKING[status]) if status in PROVOKING else None
    match status:
        case "400":
            return ask(format="no-such-format")
        case "404":
            missing = {"slug": "no-such", "name": "no-such"}
            names = {one["name"] for one in described(document, name)[2]["parameters"]}
            return ask(**{key: missing[key] for key in missing.keys() & names})
        case _:  # 410: the published graph has no record that was withdrawn
            return None


@pytest.mark.parametrize("name", QUESTIONS)
def test_parameters_have_the_type_and_default_of_the_question(
    document: dict[str, Any], name: str
) -> None:
    _, _, operation = described(document, name)
    declared = {one["name"]: one["schema"] for one in operation["parameters"]}
    assert declared.keys() == {*QUESTIONS[name].params, "format"}
    for param in QUESTIONS[name].params.values():
        schema = declared[param.name]
        if "anyOf" in schema:
            constants = [one["const"] for one in schema["anyOf"][0]["oneOf"]]
            assert schema["default"] in constants
            assert len(constants) == len(set(constants))
        else:
            assert str(schema["default"]) == param.value


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_has_a_page_whose_form_leads_there(
    real: Server, document: dict[str, Any], name: str
) -> None:
    reply = real.get(f"/openapi/{name}", "text/html")
    assert reply.status == 200
    assert reply.text.count("<h1>") == 1
    if OPERATIONS[name].method == "post":
        return
    target = _last(document, name, {})
    path = target.partition("?")[0]
    values = [
        (one.name, (one.choices or (one.example,))[0])
        for one in OPERATIONS[name].parameters
        if not one.optional
    ]
    sent = real.get(f"/openapi/{name}/try?{urlencode(values)}")
    assert sent.status == 303
    location = sent.headers["Location"]
    assert location.partition("?")[0] == path
    assert real.get(location).status == 200


def test_what_is_given_stays_in_its_place(real: Server) -> None:
    hostile = urlencode({"kind": "../../evil", "slug": "//evil.test/\r\nX: y"})
    location = real.get(f"/openapi/record/try?{hostile}").headers["Location"]
    assert location == "/doc/..%2F..%2Fevil/%2F%2Fevil.test%2F%0D%0AX%3A%20y"
    assert real.get("/openapi/record/try?kind=event").status == 400
    assert real.get("/openapi/record/try?kind=event&slug=a&slug=b").status == 400
    assert real.get("/openapi/record/try?other=1").status == 400
    assert real.get("/openapi/no-such-operation").status == 404


def test_what_is_code_in_a_description_is_shown_as_code(real: Server) -> None:
    text = real.get("/openapi/record", "text/html").text
    assert "<code>/id/{kind}/{slug}</code>, redirects here." in text
    assert "`" not in text


def test_the_index_lists_them_all(real: Server) -> None:
    text = real.get("/openapi", "text/html").text
    assert all(f'href="/openapi/{name}"' in text for name in OPERATIONS)


def test_the_catalogue_leads_to_it(real: Server) -> None:
    held = json.loads(real.get("/.well-known/api-catalog").body)["linkset"]
    (context,) = [one for one in held if one["anchor"].endswith("/query/")]
    assert context["service-desc"][0]["href"] == f"{real.address}/openapi.json"
    assert context["service-doc"][0]["href"] == f"{real.address}/openapi"


def test_a_server_of_other_files_describes_what_it_has(files: Server) -> None:
    document = files.get("/openapi.json").json()
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())  # type: ignore[arg-type]
    assert not [p for p in document["paths"] if str(p).startswith("/query/")]  # type: ignore[attr-defined]
