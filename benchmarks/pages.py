"""Pages under load: a visitor's group page, a member's home."""

from benchmarks.cost import Cost
from benchmarks.load import Measured, Request, run
from benchmarks.people import session_of
from benchmarks.rows import Row
from benchmarks.stack import Stack

CONNECTIONS = 16
GROUP_PAGE = "/groupes/bench-1"


def measure_group_page(stack: Stack) -> Row:
    """Have sixteen visitors read the page of the biggest group."""
    reached = run(stack.port, [Request("GET", GROUP_PAGE, {})] * CONNECTIONS)
    must_be_ok(reached, "200")
    return Row(
        "visitor's group page, 16 connections",
        "NodeBB: 150/s, p95 132 ms, 194 KB",
        "1,500/s, 40 KB",
        told(reached),
        reached.per_second >= 1500 and reached.kilobytes <= 40,
    )


def measure_home(stack: Stack) -> Row:
    """Have sixteen members read their home, each their own, while nothing is new in it."""
    reached, _cost = _read_homes(stack, "/")
    return Row(
        "member's home feed, 16 logged in",
        "NodeBB: 38/s; FlaskBB: 13/s",
        "350/s",
        told(reached),
        reached.per_second >= 350,
    )


def measure_new_home(stack: Stack) -> Row:
    """Have the same read it when each answer must be made anew: it never was asked for before."""
    reached, cost = _read_homes(stack, "/?n={n}")
    return Row("the same, made anew each time", "", "", f"{told(reached)}; {cost}")


def _read_homes(stack: Stack, path: str) -> tuple[Measured, str]:
    sessions = [session_of(stack, number) for number in range(2, CONNECTIONS + 2)]
    cost = Cost(stack)
    reached = run(stack.port, [Request("GET", path, session) for session in sessions])
    must_be_ok(reached, "200")
    return reached, cost.told(reached.requests)


def told(reached: Measured) -> str:
    """Say what was reached in a few words."""
    return (
        f"{reached.per_second:,.0f}/s, p50 {reached.p50_ms:.0f} ms, "
        f"p95 {reached.p95_ms:.0f} ms, {reached.kilobytes:.0f} KB"
    )


def must_be_ok(reached: Measured, status: str) -> None:
    """Measure no refusals by mistake."""
    if set(reached.statuses) != {status}:
        raise ValueError(f"Not every answer was {status}: {dict(reached.statuses)}")
