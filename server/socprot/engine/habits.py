"""Remember which queries were slow, so that they need not prove it again."""

from collections import OrderedDict
from threading import Lock

from socprot.engine.evaluate import Job

_MANY = 4096


class SlowQueries:
    """The last few thousand slow queries, as hashes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[int, None] = OrderedDict()

    def __contains__(self, job: Job) -> bool:
        return _key(job) in self._known

    def note(self, job: Job, *, slow: bool) -> None:
        """Take note of how a query did."""
        key = _key(job)
        if not slow and key not in self._known:
            return
        with self._lock:
            self._known.pop(key, None)
            if slow:
                self._known[key] = None
            if len(self._known) > _MANY:
                self._known.popitem(last=False)


def _key(job: Job) -> int:
    graphs = (job.default_graphs or ()), (job.named_graphs or ())
    return hash((job.query, tuple(graphs[0]), tuple(graphs[1])))
