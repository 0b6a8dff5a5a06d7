"""Pages under load: a visitor's group page, a member's home; as they are, and with gzip."""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.cost import Cost
from benchmarks.load import Request, run
from benchmarks.people import session_of
from benchmarks.rows import TOLERATED, Row
from benchmarks.stack import Stack
from benchmarks.yardstick import CONNECTIONS, bare_page, must_be_ok

GROUP_PAGE = "/groupes/bench-1"
GZIP = {"Accept-Encoding": "gzip"}


def measure_group_page(stack: Stack) -> Row:
    """Have sixteen visitors read the page of the biggest group."""
    return _visitors(stack, "visitor's group page, 16 connections", {}, 7.6 * TOLERATED)


def measure_group_page_gzip(stack: Stack) -> Row:
    """Have the same ask for it compressed, as browsers do."""
    return _visitors(stack, "visitor's group page, gzip", GZIP)


def measure_home(stack: Stack) -> Row:
    """Have sixteen members read their home again, each their own, while nothing is new in it."""
    work = "member's home feed, 16 logged in, unchanged"
    return _members(stack, work, Request("GET", "/", {}, revalidates=True), 2.5)


def measure_new_home(stack: Stack) -> Row:
    """Have the same read it when each answer must be made anew: it never was asked for before."""
    work = "member's home feed, made anew each time"
    return _members(stack, work, Request("GET", "/?n={n}", {}), 0.31 * TOLERATED)


def measure_new_home_gzip(stack: Stack) -> Row:
    """Have the same ask for it compressed."""
    return _members(stack, "home made anew, gzip", Request("GET", "/?n={n}", GZIP))


def _visitors(
    stack: Stack, work: str, headers: Mapping[str, str], wanted: float | None = None
) -> Row:
    return _row(stack, work, [Request("GET", GROUP_PAGE, headers)] * CONNECTIONS, wanted)


def _members(stack: Stack, work: str, request: Request, wanted: float | None = None) -> Row:
    sessions = [session_of(stack, number) for number in range(2, CONNECTIONS + 2)]
    requests = [replace(request, headers={**request.headers, **each}) for each in sessions]
    return _row(stack, work, requests, wanted)


def _row(stack: Stack, work: str, requests: list[Request], wanted: float | None) -> Row:
    bare = bare_page(stack)
    cost = Cost(stack)
    reached = must_be_ok(run(stack.port, requests), "200", "304")
    return Row.beside(
        work,
        f"{reached}; {cost.of_each(reached.requests)}",
        f"{bare.per_second:,.0f}/s",
        reached.per_second / bare.per_second,
        wanted,
    )
