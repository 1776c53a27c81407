"""Every page that is written is served, and the navigation leads to what is there."""

import importlib
import pkgutil
import re

from flask import Blueprint
from serving import Server

from socprot import web
from socprot.web import create_app
from socprot.web.site import Site

NAVIGATION = re.compile(r'<nav aria-label="(?:Main|All pages)">(.*?)</nav>', re.DOTALL)


def test_every_blueprint_is_registered() -> None:
    served = create_app(Site(None, {}, {})).blueprints.values()
    written: dict[Blueprint, str] = {}
    for found in pkgutil.walk_packages(web.__path__, "socprot.web."):
        for value in vars(importlib.import_module(found.name)).values():
            if isinstance(value, Blueprint):
                written.setdefault(value, found.name)
    assert len(written) > 20
    missing = [name for blueprint, name in written.items() if blueprint not in served]
    assert not missing, (
        f"import {', '.join(missing)} in web/__init__.py, for _BLUEPRINTS"
    )


def test_the_navigation_leads_to_pages(graph: Server) -> None:
    shown = "".join(NAVIGATION.findall(graph.get("/").text))
    ways = re.findall(r'href="([^"#]+)', shown)
    assert len(set(ways)) > 20
    lost = {way for way in ways if graph.get(way, "text/html").status != 200}
    assert not lost
