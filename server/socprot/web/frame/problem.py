"""
The kinds of problem that this site reports, each with an address of its own.

`/errors/<slug>` explains each; the address is the `type` of RFC 9457 section 3.1.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from socprot import errors


@dataclass(frozen=True)
class Problem:
    """One kind of problem.

    Attributes:
        slug: its name in addresses; never changes once published.
        title: the same words each time it occurs.
        meaning: what happened, in general.
        remedy: what the caller can do.
    """

    slug: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str


_ALL = (
    Problem(
        "bad-request",
        HTTPStatus.BAD_REQUEST,
        "The request makes no sense",
        "Something in the request is missing, given twice, or not of the form that "
        "the specification asks for; nothing was evaluated.",
        "Read the detail and correct the request. The SPARQL 1.1 Protocol, section 2, "
        "says how a query is sent.",
    ),
    Problem(
        "bad-parameter",
        HTTPStatus.BAD_REQUEST,
        "A parameter is wrong",
        "A parameter is unknown here, or its value is not of the type it must have.",
        "Correct the parameter that the detail names.",
    ),
    Problem(
        "syntax",
        HTTPStatus.BAD_REQUEST,
        "The query is not SPARQL 1.1",
        "The parser could not go on at the line and column given, or with what begins "
        "there. The mistake is there or close by.",
        "Correct the query. Every prefix must be declared, every bracket closed, and "
        "variables selected beside an aggregate must be grouped.",
    ),
    Problem(
        "unknown-prefix",
        HTTPStatus.BAD_REQUEST,
        "The query uses a prefix that it does not declare",
        "A prefixed name stands for nothing until its prefix is declared.",
        "Add the PREFIX line that the detail gives.",
    ),
    Problem(
        "update-refused",
        HTTPStatus.FORBIDDEN,
        "The graph is read-only",
        "The request asks for a change. The graph changes by a reviewed contribution "
        "to its repository and a new build, never over HTTP.",
        "Send a query, or propose the change in the repository.",
    ),
    Problem(
        "service-refused",
        HTTPStatus.FORBIDDEN,
        "Remote data is not fetched",
        "The query contains SERVICE. This endpoint opens no connections, so that "
        "nobody can use it to reach somebody else.",
        "Ask each endpoint for its own part and join the answers, or use a federating "
        "client that treats this endpoint as one of its sources.",
    ),
    Problem(
        "refused",
        HTTPStatus.FORBIDDEN,
        "Such queries are not run here",
        "The query may be well formed, but this service does not run it.",
        "Read the detail, and the limits of this service.",
    ),
    Problem(
        "query-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The query is too long or too deep",
        "Very long or deeply nested queries are refused before they are parsed.",
        "Split the query; a long list of values can be asked for in parts.",
    ),
    Problem(
        "head-too-large",
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The head of the request is too large",
        "The request line and the headers are longer than this service reads.",
        "Send a long query in the body, by POST or QUERY, and fewer or shorter "
        "headers.",
    ),
    Problem(
        "body-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body of the request is too large",
        "The body is larger than this service reads.",
        "Send a shorter query.",
    ),
    Problem(
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        "There is no such format",
        "None of the formats that the request accepts can be produced for what it "
        "asks. Rows and triples have different formats.",
        "Accept one of the formats that the detail names, or leave Accept out.",
    ),
    Problem(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "Nothing has this address",
        "No record, term, question or page has this name.",
        "Search for it by its name, or begin at the home page.",
    ),
    Problem(
        "withdrawn",
        HTTPStatus.GONE,
        "This record was withdrawn",
        "There was a record of this name. It is still in the graph, marked with "
        "owl:deprecated, so that old links can be understood, but it holds no more.",
        "Use the successor, if the answer names one; the endpoint still has what was "
        "said.",
    ),
    Problem(
        "replaced",
        HTTPStatus.GONE,
        "This page of the feed was replaced",
        "The pages of the change feed never change. Where something on one did, "
        "another takes its place.",
        "Begin again at /feed, which leads to every page that there is.",
    ),
    Problem(
        "range",
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "The part that is asked for is not there",
        "The range begins beyond the end of the file.",
        "Ask for a range within the length that Content-Range tells.",
    ),
    Problem(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This address cannot be used in this way",
        "The address exists, but not for this HTTP method.",
        "Use one of the methods in the Allow header.",
    ),
    Problem(
        "unsupported-body",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body is of a type that is not read here",
        "A query is sent as application/x-www-form-urlencoded or as "
        "application/sparql-query, in UTF-8 and not compressed.",
        "Set Content-Type to one of these.",
    ),
    Problem(
        "timeout",
        HTTPStatus.GATEWAY_TIMEOUT,
        "The query took too long",
        "The query was still running at its deadline and was stopped. No part of its "
        "answer is sent, because half an answer looks like a whole one.",
        "Make the query more selective, add LIMIT, or ask for more time with timeout= "
        "up to the ceiling. For everything at once take a dump.",
    ),
    Problem(
        "answer-too-large",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The answer is too large",
        "The answer has more rows or bytes than one answer may have. It is not cut "
        "short, because a short answer looks like a complete one.",
        "Ask with ORDER BY, LIMIT and OFFSET, page by page, or take a dump.",
    ),
    Problem(
        "out-of-memory",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The query needs too much memory",
        "The query needed more memory than one query may use, and was stopped.",
        "Sort or group fewer rows: restrict the pattern before ORDER BY, GROUP BY "
        "or DISTINCT.",
    ),
    Problem(
        "client-busy",
        HTTPStatus.TOO_MANY_REQUESTS,
        "You have too many queries under way",
        "One client may only have so many queries at a time, so that others get "
        "their turn.",
        "Wait as long as Retry-After says, and ask one after the other.",
    ),
    Problem(
        "busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The service is busy",
        "All workers are busy and the queue is full.",
        "Try again after as many seconds as Retry-After says.",
    ),
    Problem(
        "unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "There is nothing to ask now",
        "The service runs, but its graph is not loaded, or cannot be read.",
        "Try again later. The operator finds the reason in the log and at /readyz.",
    ),
    Problem(
        "internal",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "This is our mistake",
        "Something went wrong that should not have.",
        "Please report what you asked, with the time; the log holds the rest.",
    ),
)
PROBLEMS: Mapping[str, Problem] = {problem.slug: problem for problem in _ALL}

_BY_ERROR: Mapping[type[errors.SocprotError], str] = {
    errors.BadRequest: "bad-request",
    errors.BadParameter: "bad-parameter",
    errors.HeadTooLarge: "head-too-large",
    errors.QuerySyntaxError: "syntax",
    errors.UnknownPrefix: "unknown-prefix",
    errors.QueryRefused: "refused",
    errors.UpdateRefused: "update-refused",
    errors.ServiceRefused: "service-refused",
    errors.QueryTooLarge: "query-too-large",
    errors.NotAcceptable: "not-acceptable",
    errors.NotFound: "not-found",
    errors.Withdrawn: "withdrawn",
    errors.Replaced: "replaced",
    errors.QueryStopped: "out-of-memory",
    errors.QueryTimeout: "timeout",
    errors.AnswerTooLarge: "answer-too-large",
    errors.OutOfMemory: "out-of-memory",
    errors.Busy: "busy",
    errors.ClientBusy: "client-busy",
    errors.EngineUnavailable: "unavailable",
    errors.GraphMissing: "unavailable",
}
_BY_STATUS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-body",
    416: "range",
    503: "unavailable",
}


def of(error: errors.SocprotError) -> Problem:
    """The problem that an error of ours is: that of its nearest class."""
    for kind in type(error).__mro__:
        if slug := _BY_ERROR.get(kind):
            return PROBLEMS[slug]
    return PROBLEMS["internal"]


def of_status(status: int) -> Problem:
    """The problem that a bare HTTP status is."""
    fallback = "internal" if status >= 500 else "bad-request"
    return PROBLEMS[_BY_STATUS.get(status, fallback)]
