"""Guess what was meant: names that come near to one that nothing has."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from socprot.namespaces import PREFIXES, SP


def near(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that come near, the nearest first, whatever their case."""
    names = list(known)
    by_folded = {one.casefold(): one for one in names}
    wanted = name.casefold()
    spelt = get_close_matches(name, names, n=count, cutoff=0.6)
    folded = get_close_matches(wanted, by_folded, n=count, cutoff=0.6)
    inside = [one for one in by_folded if len(wanted) > 2 and wanted in one]
    found = [*folded, *sorted(inside, key=len)]
    return list(dict.fromkeys([*spelt, *(by_folded[one] for one in found)]))[:count]


def near_terms(iri: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known IRIs that come near.

    A namespace is rarely mistaken as long as its terms come near. So the terms of this
    one go before those of others, unless one of these has the very name.
    """
    start, local = split(iri)
    here: dict[str, str] = {}
    elsewhere: dict[str, list[str]] = {}
    for one in known:
        beginning, name = split(one)
        if beginning == start:
            here[name] = one
        else:
            elsewhere.setdefault(name, []).append(one)
    # A name that differs in nothing but its case was mistaken in nothing else.
    same = [one for name, one in here.items() if name.casefold() == local.casefold()]
    same += sorted(elsewhere.get(local, ()), key=lambda one: not one.startswith(SP))
    found = [*same, *(here[name] for name in near(local, here, count))]
    if not found:
        found = [
            one for name in near(local, elsewhere, count) for one in elsewhere[name]
        ]
    return list(dict.fromkeys(found))[:count]


def split(iri: str) -> tuple[str, str]:
    """The namespace of an IRI and its local name."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:cut], iri[cut:]


def shortened(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """An IRI as a prefixed name where a prefix fits, in angle brackets otherwise."""
    for prefix, namespace in prefixes.items():
        local = iri[len(namespace) :]
        if (
            iri.startswith(namespace)
            and local.replace("-", "").replace("_", "").isalnum()
        ):
            return f"{prefix}:{local}"
    return f"<{iri}>"
