"""`make bench`: start a stack, seed it, measure each row, print the table."""

import argparse
import os
import platform
from collections.abc import Callable, Sequence

from benchmarks import stack
from benchmarks.calendars import measure_calendar
from benchmarks.comments import measure_comments
from benchmarks.digests import measure_digests
from benchmarks.directory import measure_directory
from benchmarks.live import measure_live
from benchmarks.pages import (
    measure_group_page,
    measure_group_page_gzip,
    measure_home,
    measure_new_home,
    measure_new_home_gzip,
)
from benchmarks.queries import count_queries
from benchmarks.reminders import measure_reminders
from benchmarks.rows import Row, as_table
from benchmarks.search import measure_search
from benchmarks.seats import measure_seats
from benchmarks.stack import Stack
from benchmarks.uploads import measure_uploads
from grandequipe.demo.seeding import Size

Measure = Callable[[Stack], Row | Sequence[Row]]
MEASURES: dict[str, Measure] = {
    "group-page": measure_group_page,
    "group-page-gzip": measure_group_page_gzip,
    "home": measure_home,
    "new-home": measure_new_home,
    "new-home-gzip": measure_new_home_gzip,
    "comments": measure_comments,
    "live": measure_live,
    "digests": measure_digests,
    "uploads": measure_uploads,
    "calendar": measure_calendar,
    "reminders": measure_reminders,
    "seats": measure_seats,
    "search": measure_search,
    "directory": measure_directory,
}


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *MEASURES], help="measure only these")
    names = parser.parse_args().rows or list(MEASURES)
    size = Size()
    print(f"Seeding {size.members:,} members, {size.groups} groups, {size.posts:,} posts and")
    print(f"{size.comments:,} comments…", flush=True)
    with stack.start(size) as running:
        print(f"… in {running.seeded_in:.1f} s, on {platform.machine()}.", flush=True)
        measured = [row for name in names for row in _measure(name, running)]
        queries = count_queries(running)
        loads = os.getloadavg()
    _print("Speed", measured)
    print(f"\nLoad of the machine over the last minutes: {loads[0]:.1f}, {loads[1]:.1f}.")
    _print("Queries of a page", queries)


def _measure(name: str, running: Stack) -> Sequence[Row]:
    measured = MEASURES[name](running)
    rows = [measured] if isinstance(measured, Row) else measured
    for row in rows:
        print(f"  {row.work}: {row.reached}", flush=True)
    return rows


def _print(title: str, rows: Sequence[Row]) -> None:
    print(f"\n{title}\n\n{as_table(rows)}")


if __name__ == "__main__":
    main()
