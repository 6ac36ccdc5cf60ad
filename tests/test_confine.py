"""A reader process is kept from the network and from memory without end, where the system has the means."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.uname().machine not in {"x86_64", "aarch64"},
    reason="the filter is written for Linux on x86-64 and ARM64",
)


def child(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@linux
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_no_network_socket_can_be_made(family: str) -> None:
    code = f"""
import socket
from numgraph.confine import close_network
assert close_network()
socket.socketpair()
socket.socket(socket.AF_UNIX).close()
socket.socket(socket.{family})
"""
    assert child(code).startswith("PermissionError")


@linux
def test_the_engine_itself_cannot_reach_a_service_then() -> None:
    code = """
import socket
from pyoxigraph import Store
from numgraph.confine import close_network
with socket.create_server(("127.0.0.1", 0)) as server:
    server.setblocking(False)
    assert close_network()
    try:
        Store().query("ASK { SERVICE <http://127.0.0.1:%d/> { ?a ?b ?c } }" % server.getsockname()[1])
    except OSError as fault:
        print(fault)
    try:
        server.accept()
    except BlockingIOError:
        print("nobody came")
"""
    assert child(code).splitlines()[-1] == "nobody came"
    assert "denied" in child(code)


@linux
def test_memory_beyond_the_limit_is_not_given() -> None:
    code = """
from numgraph.confine import limit_memory
assert limit_memory(200 * 1024**2)
bytearray(400 * 1024**2)
"""
    assert child(code) == "MemoryError"


@linux
def test_a_process_whose_parent_is_already_gone_ends_at_once() -> None:
    code = "from numgraph.confine import die_with\ndie_with({})\nprint('alive')"
    stranger = subprocess.run([sys.executable, "-c", code.format(0)], capture_output=True, check=False)
    ours = subprocess.run([sys.executable, "-c", code.format(os.getpid())], capture_output=True, check=False)
    assert (stranger.returncode, stranger.stdout) == (1, b"")
    assert (ours.returncode, ours.stdout) == (0, b"alive\n")


@linux
def test_a_deeper_stack_carries_the_engine_through_a_long_chain() -> None:
    code = """
from pyoxigraph import Store
from numgraph.confine import deepen_stack
assert deepen_stack()
print(bool(Store().query("ASK {" + " MINUS { ?s ?p ?o }" * 6000 + " }")))
"""
    assert child(code) == "True"


@linux
def test_a_stack_that_is_deeper_for_a_while_is_the_usual_one_afterwards() -> None:
    code = """
import resource
from numgraph.confine import deeper_stack
before = resource.getrlimit(resource.RLIMIT_STACK)
with deeper_stack():
    assert resource.getrlimit(resource.RLIMIT_STACK)[0] > before[0]
print(resource.getrlimit(resource.RLIMIT_STACK) == before)
"""
    assert child(code) == "True"


@linux
def test_a_process_that_began_with_a_large_stack_begins_again_with_the_usual_one() -> None:
    inner = (
        "import resource; from numgraph.confine import begin_with_usual_stack; begin_with_usual_stack(); "
        "print(resource.getrlimit(resource.RLIMIT_STACK)[0])"
    )
    code = f"""
import os, resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (2**26, resource.getrlimit(resource.RLIMIT_STACK)[1]))
os.execv(sys.executable, [sys.executable, "-c", {inner!r}])
"""
    assert child(code) == str(2**23)


@linux
def test_a_reader_is_the_first_to_go_when_memory_runs_out() -> None:
    code = "from numgraph.confine import go_first\ngo_first()\nprint(open('/proc/self/oom_score_adj').read())"
    assert child(code) == "1000"


@linux
def test_what_a_process_has_already_is_counted() -> None:
    code = """
from numgraph.confine import inherited_memory
before = inherited_memory()
kept = bytearray(50 * 1024**2)
print((inherited_memory() - before) // 1024**2)
"""
    assert int(child(code)) in range(49, 53)
