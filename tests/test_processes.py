from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from multiprocessing import active_children
from operator import itemgetter
from typing import Any

import pytest

from numgraph.errors import ProcessFailed
from numgraph.processes import Failed, Terms, in_order
from numgraph.sources import read_bytes


def doing(function: Callable[..., Any]) -> Any:
    """What starts a process that applies ``function``: built of functions that another process can import."""
    return partial(itemgetter(0), (function,))


def outcomes(items: list[Any], function: Callable[..., Any], **terms: Any) -> list[Any]:
    found = in_order(iter(items), doing(function), Terms(**terms))
    return [one.reason if isinstance(one, Failed) else one[1] for one in found]


def test_results_come_in_the_order_of_the_items_however_long_each_takes() -> None:
    naps = [0.3, 0.0, 0.0, 0.2, 0.0]
    found = list(in_order(iter(naps), doing(time.sleep), Terms(processes=2)))
    assert found == [(nap, None) for nap in naps]


def test_no_items_give_no_results() -> None:
    assert outcomes([], len) == []


def test_a_fault_costs_one_item_and_says_where_it_happened() -> None:
    first, fault, last = outcomes(["1", "x", "2"], int)
    assert (first, last) == (1, 2)
    assert re.fullmatch(r"ValueError: invalid literal .* \(processes\.py:\d+\)", fault)


def test_a_foreseen_fault_is_given_in_its_own_words() -> None:
    (reason,) = outcomes([b""], partial(read_bytes, name="empty.txt"))
    assert reason.startswith("empty.txt is empty")


def test_an_item_that_takes_too_long_is_set_aside_and_its_process_replaced_even_inside_a_regular_expression() -> None:
    endless = partial(re.match, r"(a+)+$")
    began = time.monotonic()
    found = outcomes(["a" * 60 + "b", "aaa", "b"], endless, processes=1, time_limit=0.5)
    assert found[0] == "took longer than 0.5 s of processor time"
    assert [bool(one) for one in found[1:]] == [True, False]
    assert time.monotonic() - began < 10


def test_an_item_that_ends_its_process_is_set_aside() -> None:
    assert outcomes([7, 0], os._exit, processes=1) == ["its process ended with code 7", "its process ended with code 0"]


def test_an_item_that_wants_more_memory_than_it_may_have_is_set_aside() -> None:
    found = outcomes([10**10, 3], bytearray, memory_limit=2 * 10**9)
    assert found == ["takes more memory than a process may have", bytearray(3)]


def test_items_are_taken_only_as_far_ahead_as_the_window_is_wide() -> None:
    taken: list[int] = []

    def stream() -> Iterator[float]:
        for number in count():
            taken.append(number)
            yield 0.2 if number == 0 else 0.0

    results = in_order(stream(), doing(time.sleep), Terms(processes=2, window=3))
    next(results)
    assert len(taken) <= 6
    results.close()


def test_a_stream_without_end_can_be_left_and_no_process_stays() -> None:
    before = set(active_children())
    results = in_order(count(), doing(str), Terms())
    assert [one[1] for one in islice(results, 100)] == [str(number) for number in range(100)]
    results.close()
    assert set(active_children()) == before


def test_processes_that_cannot_start_end_the_run_instead_of_starting_again_for_ever() -> None:
    with pytest.raises(ProcessFailed, match="ended before it began"):
        list(in_order(iter([1]), partial(os._exit, 3), Terms()))
