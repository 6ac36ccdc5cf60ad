"""What a reader process may not do: outlive its server, eat all memory, or open a network connection.

Plain system calls through ctypes, so that a reader starts quickly and needs no rights. Everything here works on Linux;
elsewhere each function says by its result that it could do nothing, and the guard and the time limit still hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2

# Per machine: the AUDIT_ARCH of linux/audit.h and the number of the system call ``socket``.
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # opcodes of linux/bpf_common.h: BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # offsets in struct seccomp_data (little-endian)
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
_EACCES, _AF_UNIX = 13, 1
_USUAL_STACK = 8 * 1024**2  # bytes


def die_with(parent: int) -> bool:
    """Have this process killed when ``parent``, the process that started it, ends. False where that is unknown."""
    done = _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)  # it ended before we asked
    return done


def limit_memory(limit: int, *, children: bool = False) -> bool:
    """Let this process write to at most ``limit`` bytes of its own memory, and leave no core dump.

    ``children`` may be given more. What a fork shares with its parent counts as its own, touched or not.
    """
    most = resource.getrlimit(resource.RLIMIT_DATA)[1] if children else limit
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    except (OSError, ValueError):  # a system without such limits, or an operator's lower hard limit
        return False
    return True


def inherited_memory() -> int:
    """The bytes that ``limit_memory`` counts already, just after a fork; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[5]) * resource.getpagesize()
    except OSError:
        return 0


def deepen_stack(size: int = 96 * 1024**2) -> bool:
    """Let this process and its forks descend deeper into what is nested: ``size`` bytes of stack, used as needed.

    The engine descends into each operator of an expression. The usual 8 MB end between 3,000 and 12,000 operators in a
    row, and the process with them; with 96 MB none of the chains tried broke before 25,000.
    """
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (OSError, ValueError):
        return False
    return True


def begin_with_usual_stack() -> None:
    """Start this process anew where it began with a larger stack: each thread of the engine would get one as large.

    Those count as memory, and the limit is used up before anything is asked. The size for threads is what stood when
    the process began (glibc, pthread_create(3)).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft == resource.RLIM_INFINITY or soft > _USUAL_STACK:
        resource.setrlimit(resource.RLIMIT_STACK, (_USUAL_STACK, hard))
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own interpreter and our own arguments


@contextmanager
def deeper_stack() -> Iterator[None]:
    """``deepen_stack`` for a while: what this process starts afterwards gives its threads stacks of the usual size."""
    before = resource.getrlimit(resource.RLIMIT_STACK)
    deepen_stack()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, before)


def go_first() -> bool:
    """Be the one that the system ends when its memory runs out, before the server and all else."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    except OSError:
        return False
    return True


def close_network() -> bool:
    """Make every new socket but those within this machine's file system fail with EACCES (seccomp, Linux only)."""
    if not sys.platform.startswith("linux") or os.uname().machine not in _MACHINES:
        return False
    program = _filter(*_MACHINES[os.uname().machine])
    code = ctypes.create_string_buffer(program)
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, described)


def _filter(arch: int, socket_number: int) -> bytes:
    """A program of struct sock_filter (linux/filter.h): code, steps to skip if true, if false, operand."""
    steps = (
        (_LOAD, 0, 0, _ARCH_AT),
        (_IF_EQUAL, 0, 4, arch),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_EQUAL, 0, 2, socket_number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_IF_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE | _EACCES),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _prctl(option: int, value: int, pointer: ctypes.Array[ctypes.c_char] | None = None) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    call = ctypes.CDLL(None).prctl
    rest = ctypes.c_ulong(0 if pointer is None else ctypes.addressof(pointer))
    return bool(call(option, ctypes.c_ulong(value), rest, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0)
