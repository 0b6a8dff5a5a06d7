"""`make bench-large`: seed a database of its own, measure, compare with one of 2,000 posts."""

import argparse
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from flask_migrate import upgrade

from benchmarks.large.community import Community
from benchmarks.large.measures import measure
from benchmarks.rows import Row, as_table
from benchmarks.stack import MAIL_FROM
from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core.transactions import atomic
from grandequipe.embedded import services
from grandequipe.taxonomies.services import load_taxonomies

SMALL = Community(posts=2_000, comments=1_000, members=100)
MOST = 1.3
SIZE = "SELECT pg_size_pretty(pg_database_size(current_database()))"


def main() -> None:
    """Measure the small community, then the large one."""
    parser = argparse.ArgumentParser(prog="make bench-large", description=__doc__)
    for name in ("posts", "comments", "members"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Community, name))
    large = replace(SMALL, **vars(parser.parse_args()))
    small_p95, large_p95 = _measure(SMALL), _measure(large)
    rows = [_row(work, small_p95[work], reached) for work, reached in large_p95.items()]
    print(f"\nAt {large.posts:,} posts\n\n{as_table(rows, beside=f'{SMALL.posts:,} posts')}")
    print(f"\nLoad of the machine over the last minute: {os.getloadavg()[0]:.1f}.")


def _row(work: str, small: float, large: float) -> Row:
    ratio = large / small
    return Row(
        work, f"p95 {large:.0f} ms", f"ratio {MOST}", ratio <= MOST, f"p95 {small:.0f} ms", ratio
    )


def _measure(community: Community) -> Mapping[str, float]:
    with TemporaryDirectory(prefix="grandequipe-bench-") as folder:
        data = Path(folder)
        data.chmod(0o755)  # PostgreSQL is another user where we are root
        with services.start(data / "var", {"MAIL_FROM": MAIL_FROM}, durable=False) as environment:
            app = create_app(Settings.from_environment({**environment, "LOG_LEVEL": "WARNING"}))
            started = time.monotonic()
            with app.app_context():
                upgrade()
                with atomic():
                    load_taxonomies()
                    community.make_partitions()
            with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
                community.write(connection)
                size = connection.execute(SIZE).fetchone()
            print(
                f"{community.posts:,} posts, {community.comments:,} comments, {community.members:,}"
                f" members: {size[0] if size else ''} in {time.monotonic() - started:.0f} s.",
                flush=True,
            )
            return measure(app)


if __name__ == "__main__":
    main()
