"""Queries that are nested too deeply to be parsed safely, by what they nest."""

TOO_DEEP = {
    "{": "ASK " + "{" * 30_000 + "}" * 30_000,
    "(": "ASK { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
    "!": "ASK { FILTER(" + "!" * 60_000 + "1) }",
    "[": "ASK { ?s ?p " + "[ <http://p> " * 4000 + "1" + "]" * 4000 + " }",
    "path": "ASK { ?s " + "(" * 9000 + "<http://p>" + ")*" * 9000 + " ?o }",
    # Flat to the eye, but a deep tree to the parser: the worker dies of it.
    "||": "ASK { FILTER(" + "||".join(["?a"] * 12_800) + ") }",
    "+": "ASK { FILTER(" + "+".join(["1"] * 25_000) + ") }",
}
