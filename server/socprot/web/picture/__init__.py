"""Pictures of the graph as pages: a timeline, a map, charts, surroundings.

Each has its twin table, its downloads, and the query behind it.
"""

from flask import Blueprint

from socprot.web.picture import around, indicator, timeline
from socprot.web.picture import map as states

bp = Blueprint("picture", __name__)
for _page in (around, indicator, states, timeline):
    bp.register_blueprint(_page.bp)
