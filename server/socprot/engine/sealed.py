"""No connections: what a process gives up so that no query can reach another machine.

`screen` refuses SERVICE; this holds where a query gets past it. A filter of system
calls, see seccomp(2), makes socket(2) fail for the process, its threads and its
children, and there is no way back.
"""

import ctypes
import errno
import os
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # where they stand in what the filter looks at
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
# By machine: its name in the kernel, and the number of socket(2) there.
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def seal() -> bool:
    """Open no socket from now on; return False where this machine is not known."""
    known = _MACHINES.get(os.uname().machine)
    if known is None:
        return False
    architecture, socket = known
    steps = [  # what to do, how many steps to skip where it is so and is not, and with
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 1, 0, socket),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
    filter_ = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), filter_)
    system = ctypes.CDLL(None)
    system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    pointer = ctypes.byref(program)
    status: int = system.prctl(_PR_SET_SECCOMP, _MODE_FILTER, pointer, 0, 0)
    return status == 0
