"""Listen at an address: granian, in this process, until a signal stops it."""

import asyncio
import os
import signal
from collections.abc import Iterable
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from socprot.traffic import Traffic
from socprot.web.gate.gateway import Gateway

_LOGGING: dict[str, Any] = {
    "formatters": {"json": {"()": "socprot.journal.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        },
    },
    "loggers": {
        "_granian": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "granian.access": {"handlers": [], "propagate": False},
    },
}


def listen(
    gateway: Gateway,
    host: str,
    port: int,
    traffic: Traffic,
    until: Iterable[signal.Signals],
) -> bool:
    """Serve until one of some signals comes, and answer what is under way then.

    Returns whether it ended so, and not by itself.
    """
    granian = Server(
        gateway,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=traffic.connections,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(traffic.head_seconds * 1000),
            # The gateway is exact; this only keeps a longer one from being read.
            max_buffer_size=traffic.head + 4096,
        ),
        log_level="error",  # type: ignore[arg-type]  # an enumeration of strings
        log_dictconfig=_LOGGING,
    )
    granian.workers_kill_timeout = traffic.drain
    uvloop.run(_serve(granian, until))
    return not granian.interrupt_children


async def _serve(granian: Server, until: Iterable[signal.Signals]) -> None:
    loop = asyncio.get_running_loop()
    for number in until:  # when it comes again, that is the same wish
        loop.add_signal_handler(number, granian.stop)
    try:
        await granian.serve()
    except TimeoutError:
        if not granian.interrupt_signal:
            raise
        os._exit(0)  # an answer takes longer than the drain, and holds a thread
