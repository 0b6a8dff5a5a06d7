"""The search among 200,000 posts, asked by a member of 50 groups: `python -m benchmarks search`.

The posts are written without the triggers of the database, and the search is built from them: that
is measured, too. Words are as frequent as in texts of people: the tenth is in every second post,
the ten thousandth in a few.
"""

import random
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import quote

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from benchmarks.large.community import Community, Reader
from benchmarks.large.copying import Row as Columns
from benchmarks.large.measures import _logged_in
from benchmarks.rows import Row
from benchmarks.stack import MAIL_FROM, Stack
from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core.html import summary
from grandequipe.core.transactions import atomic
from grandequipe.embedded import services
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.models.inputs import INPUTS
from grandequipe.feed.services import publish_post
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.search.queries import (
    Question,
    count_facets,
    count_hits,
    list_hits,
    list_suggestions,
    plan_anew,
)
from grandequipe.search.services import rebuild
from grandequipe.taxonomies.services import load_taxonomies

POSTS, COMMENTS, MEMBERS = 200_000, 20_000, 2_000
VOCABULARY, WORDS_OF_A_POST = 20_000, 60
TIMES = 200
SYLLABLES = (
    "ba", "ro", "ti", "men", "tion", "qui", "sol", "re", "dé", "par", "lo", "gé", "ver", "nu",
    "ca", "sé", "mai", "lin", "tou", "vri", "chan", "for", "ple", "sau", "din", "pré",
)  # fmt: skip
LABELLED = """
    INSERT INTO post_theme (post_id, theme_id)
    SELECT post.id, theme.id FROM post JOIN theme
        ON theme.id = (SELECT min(id) FROM theme) + post.id * 7919 % (SELECT count(*) FROM theme);
    INSERT INTO post_territory (post_id, territory_code)
    SELECT id, places[1 + id * 104729 % cardinality(places)] FROM post, (
        SELECT array_agg(code) AS places FROM territory WHERE kind = 'municipality'
    ) AS towns;
    UPDATE "group" SET visibility = 'private' WHERE id % 10 < 7;
"""
SEQUENCES = """
    DO $$ DECLARE named record; BEGIN
        FOR named IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
        LOOP PERFORM setval(named.sequencename::regclass, 100000000); END LOOP;
    END $$
"""
LABELS_OF = "SELECT write_placement_labels(array(SELECT generate_series(%s::bigint, %s::bigint)))"


@dataclass(frozen=True)
class WrittenCommunity(Community):
    """A community whose posts have words of their own."""

    def _posts(self) -> Iterator[Columns]:
        chance = random.Random(4)
        words = make_vocabulary()
        weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        for columns in super()._posts():
            said = chance.choices(words, cum_weights=weights, k=WORDS_OF_A_POST)
            body = f"<p>{' '.join(said[6:])}.</p>"
            yield {
                **columns, "title": " ".join(said[:6]).capitalize(), "body_html": body,
                "summary": summary(body),
            }  # fmt: skip


def make_vocabulary() -> Sequence[str]:
    """Make up words, the frequent ones first."""
    chance = random.Random(7)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(words)


def measure_search(_stack: Stack) -> Sequence[Row]:
    """Build the search, then ask it: each row is what one answer of twenty exceeds."""
    with TemporaryDirectory(prefix="grandequipe-bench-") as folder:
        data = Path(folder)
        data.chmod(0o755)  # PostgreSQL is another user where we are root
        with services.start(data / "var", {"MAIL_FROM": MAIL_FROM}, durable=False) as environment:
            app = create_app(Settings.from_environment({**environment, "LOG_LEVEL": "WARNING"}))
            _write(app, environment["DATABASE_URL"])
            return [_built(app), *_asked(app), _filled(app)]


def _write(app: Flask, address: str) -> None:
    community = replace(WrittenCommunity(), posts=POSTS, comments=COMMENTS, members=MEMBERS)
    with app.app_context():
        upgrade()
        with atomic():
            load_taxonomies()
            community.make_partitions()
    with psycopg.connect(address, autocommit=True) as connection:
        community.write(connection)
        connection.execute("SET session_replication_role = replica")
        connection.execute(LABELLED.encode())
        for first in range(1, POSTS + 1, 5_000):
            connection.execute(LABELS_OF, (first, first + 4_999))
        connection.execute("RESET session_replication_role")
        connection.execute(SEQUENCES)
        connection.execute("VACUUM ANALYZE")


def _built(app: Flask) -> Row:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = perf_counter()
    with app.app_context():
        total = sum(rebuild())
    lasted = perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with app.app_context(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    is_reached = lasted < 300 and grown < 50
    reached = f"{lasted:.0f} s, {grown:.0f} MB more"
    return Row(f"search: rebuild of {total:,} rows", reached, "300 s, 50 MB", is_reached)


def _asked(app: Flask) -> Iterator[Row]:
    asked = _typed()

    def reader() -> Member:
        return db.session.get_one(Member, Reader.FIFTY.id)

    def search(typed: str) -> Any:
        plan_anew()
        return Question(typed).as_search(reader())

    def hits(typed: str) -> None:
        found = search(typed)
        list_hits(found, Question().sort)
        count_hits(found)

    client = _logged_in(app, Reader.FIFTY)
    works: tuple[tuple[str, int, Callable[[str], object]], ...] = (
        ("hits and total", 12, hits),
        ("suggestions", 5, lambda typed: list_suggestions(typed[: len(typed) // 2 + 2], reader())),
        ("facets", 40, lambda typed: count_facets(search(typed))),
        ("page", 60, lambda typed: client.get(f"/recherche?q={quote(typed)}")),
    )
    for name, goal, ask in works:
        lasted = []
        for typed in asked:
            with app.app_context():
                started = perf_counter()
                ask(typed)
                lasted.append((perf_counter() - started) * 1000)
                db.session.rollback()
        p95 = quantiles(lasted, n=20)[-1]
        reached = f"p50 {median(lasted):.1f} ms, p95 {p95:.1f} ms"
        yield Row(f"search: {name}, {POSTS:,} posts", reached, f"p95 {goal} ms", p95 <= goal)


def _filled(app: Flask) -> Row:
    """Publish with the triggers of the search, and without: the difference is theirs."""
    spent = {}
    for way in ("ENABLE", "DISABLE"):
        with app.app_context(), atomic():
            for trigger in ("search_placement_insert", "search_webinar_insert"):
                table = trigger.split("_")[1]
                db.session.execute(text(f"ALTER TABLE {table} {way} TRIGGER {trigger}"))
        lasted = []
        for number in range(60):
            with app.app_context():
                author = db.session.get_one(Member, Reader.FIFTY.id)
                group = db.session.get_one(Group, 5 + number % 40)
                started = perf_counter()
                with atomic():
                    publish_post(author, group, _post(number))
                lasted.append((perf_counter() - started) * 1000)
        spent[way] = median(lasted[5:])
    cost = spent["ENABLE"] - spent["DISABLE"]
    return Row("search: filling, a post", f"{cost:.1f} ms", "2 ms", cost <= 2)


def _post(number: int) -> Any:
    chance = random.Random(number)
    words = make_vocabulary()[:5_000]
    body = f"<p>{' '.join(chance.choices(words, k=WORDS_OF_A_POST))}</p>"
    return INPUTS[Kind.NEWS](title=" ".join(chance.choices(words, k=6)), body_html=body)


def _typed() -> Sequence[str]:
    """Choose what is typed: one to three words, the frequent ones as often as in texts."""
    chance = random.Random(5)
    words = make_vocabulary()
    weights = list(accumulate(1 / (rank + 30) for rank in range(VOCABULARY)))
    return [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.choice((1, 1, 2, 3))))
        for _number in range(TIMES)
    ]
