"""The schema that the migrations make is the one that the models speak of; data come along."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from psycopg.errors import CheckViolation
from sqlalchemy import CheckConstraint, Table, create_engine, text
from sqlalchemy.schema import SchemaItem

from grandequipe.cli.operator_errors import explain
from grandequipe.core.events.partitions import IS_PARTITION
from grandequipe.extensions import db
from grandequipe.migrations.online import RowsOutsideRule
from tests.waiting import wait_until

LANDED = "0001"
PREVIOUS = "0007"
UNPLACED = "0013"
UNMAILED = "0016"
MEMBER = (
    "INSERT INTO member (id, email, display_name, fs_uniquifier, active, is_admin, job_title, bio,"
    " locale, time_zone, created_at) VALUES (7, 'chloe@example.org', 'Chloé', 'x', true, false, '',"
    " '', 'fr', 'Europe/Paris', now())"
)
DIGEST = (
    "INSERT INTO digest (id, member_id, period, due_at, state, claimed_at, hand_over_at, tries,"
    " \"window\", contents, error) VALUES (%s, 7, %s, now(), %s, now(), now(), 0, '{}', '{}', '')"
)

GROUP = (
    'INSERT INTO "group" (id, slug, name, description, visibility, join_policy, posting_policy,'
    " member_count, created_at) VALUES (1, 'g', 'G', '', 'public', 'open', 'members', 1, now())"
)
POST = (
    "INSERT INTO post (id, kind, group_id, author_id, title, body_html, summary, status,"
    " created_at, version, comment_count, reaction_counts)"
    " VALUES (1, 'news', 1, 7, 't', 'b', 's', 'published', now(), 1, 0, '{}')"
)
COMMENT = (
    "INSERT INTO comment (id, post_id, author_id, reply_to_id, body_html, created_at)"
    " VALUES (%s, 1, 7, %s, 'x', now())"
)
TOKENS = (
    "INSERT INTO api_token (id, member_id, name, digest, scopes, created_at, expires_at)"
    " SELECT n, 7, 'n', int8send(n), 'read', now(), now() FROM generate_series(1, 2500) AS n"
)
NOTIFICATION = (
    "INSERT INTO notification (id, member_id, fact_id, kind, topic, group_id, post_id, created_at)"
    " VALUES (%(id)s, 7, %(id)s, %(kind)s::text, %(kind)s::text, 1, 1, now())"
)
SUBSCRIPTION = (
    "INSERT INTO digest_subscription (member_id, frequency, weekday, hour, unsubscribe_key)"
    " VALUES (7, 'weekly', 1, 7, 'k')"
)
FACT = (
    "INSERT INTO fact (id, stream_name, position, kind, subject_id, data, at, awaiting)"
    " VALUES (%s, 's', %s, %s, 1, '{}', now(), '{}')"
)
STREAM = "INSERT INTO stream (name) VALUES ('s')"
KEPT_FOR_PREVIOUS_RELEASE = {
    ("stream", "name"),
    ("stream", "uq_stream_name"),
    *(
        ("notification", name)
        for column in ("fact_id", "actor_id", "post_id", "comment_id")
        for name in (
            column,
            f"ix_notification_{column}",
            f"uq_notification_member_id_{column}",
            f"fk_notification_{column}_{'member' if column == 'actor_id' else column[:-3]}",
        )
    ),
}


def write_as_before(connection: psycopg.Connection) -> None:
    """Write rows with the columns that the previous version knows."""
    for statement in (MEMBER, GROUP, POST, TOKENS, SUBSCRIPTION):
        connection.execute(statement)
    connection.execute(COMMENT, (1, None))
    connection.execute(NOTIFICATION, {"id": 1, "kind": "post_published"})


def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, db.metadata) == []


def is_compared(part: SchemaItem, name: str, kind: str, *_rest: object) -> bool:
    """Leave out partitions, and what is kept for the previous release only."""
    if isinstance(part, Table):
        return not IS_PARTITION.fullmatch(name)
    return (part.table.name, name) not in KEPT_FOR_PREVIOUS_RELEASE  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def first_release(environment: dict[str, str], session_app: Flask) -> Iterator[str]:
    """Make a database as the first release left it, once, and give its name."""
    address = environment["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("CREATE DATABASE first_release")
        migrate(session_app, beside(address, "first_release"), LANDED)
        yield "first_release"
        server.execute("DROP DATABASE first_release")


@pytest.fixture
def older(environment: dict[str, str], first_release: str) -> Iterator[str]:
    """Give each scene a copy of that database by its address."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE older TEMPLATE {first_release}")
        yield beside(environment["DATABASE_URL"], "older")
        server.execute("DROP DATABASE older WITH (FORCE)")


def beside(address: str, database: str) -> str:
    """Name another database of the same server."""
    return address.replace("/grandequipe?", f"/{database}?")


def migrate(
    app: Flask, address: str, target: str, way: Callable[..., None] = command.upgrade
) -> None:
    """Bring a database to a revision."""
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with app.app_context(), engine.connect() as connection:
        config = app.extensions["migrate"].migrate.get_config()
        config.attributes["connection"] = connection
        way(config, target)
    engine.dispose()


def test_posts_of_digests_that_failed_before_are_not_sent_again(app: Flask, older: str) -> None:
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        for digest in ((1, "week:1", "failed"), (2, "week:2", "sent"), (3, "week:3", "failed")):
            before.execute(DIGEST, digest)
    migrate(app, older, "head")
    with psycopg.connect(older) as after:
        carried = after.execute("SELECT id, carried_by_id FROM digest ORDER BY id").fetchall()
    assert carried == [(1, 2), (2, None), (3, None)]


def test_each_answer_knows_its_thread_whichever_code_wrote_it(app: Flask, older: str) -> None:
    with psycopg.connect(older) as before:
        for statement in (MEMBER, GROUP, POST):
            before.execute(statement)
        for comment in ((1, None), (2, 1), (3, 2), (4, None), (5, 3)):
            before.execute(COMMENT, comment)
    migrate(app, older, "head")
    with psycopg.connect(older) as after:
        for comment in ((6, 5), (7, 4), (8, None)):
            after.execute(COMMENT, comment)
        found = after.execute("SELECT id, first_id FROM comment ORDER BY id").fetchall()
    threads = [None, 1, 1, None, 1, 1, 4, None]
    assert found == list(enumerate(threads, start=1))


def test_a_site_in_use_is_migrated_and_nobody_waits_for_long(app: Flask, older: str) -> None:
    migrate(app, older, PREVIOUS)
    with psycopg.connect(older) as before:
        write_as_before(before)
    with (
        ThreadPoolExecutor(1) as elsewhere,
        psycopg.connect(older, autocommit=True) as reader,
        psycopg.connect(older) as writer,
    ):
        reader.execute("SET statement_timeout = '20s'")
        writer.execute("UPDATE member SET bio = 'x'")
        migrating = elsewhere.submit(migrate, app, older, "head")
        wait_until(lambda: waits_for(reader, "member"), "the migration comes to what is in use")
        writer.execute("UPDATE post SET title = 'y'")
        assert reader.execute("SELECT bio FROM member").fetchone() == ("",)
        writer.commit()
        migrating.result()
    with psycopg.connect(older) as after:
        keys = after.execute("SELECT uniquifier, count(*) FROM api_token GROUP BY 1").fetchall()
        assert keys == [("x", 2500)]
        after.execute('DELETE FROM "group"')
        after.execute("DELETE FROM member")
        write_as_before(after)
        for wrong in (
            "post SET status = 'x'",
            "post SET refusal = 'x'",
            "notification SET kind = 'x'",
        ):
            with pytest.raises(CheckViolation), after.transaction():
                after.execute(f"UPDATE {wrong}")


def waits_for(connection: psycopg.Connection, table: str) -> bool:
    """Return whether somebody waits for a lock of a table."""
    query = "SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
    return connection.execute(query, [table]).fetchone() is not None


def test_two_who_migrate_take_turns_and_neither_holds_the_other_up(app: Flask, older: str) -> None:
    with ThreadPoolExecutor(1) as elsewhere, psycopg.connect(older, autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(4115097)")
        second = elsewhere.submit(migrate, app, older, PREVIOUS)
        wait_until(lambda: is_turned_away(first), "the second asks for its turn")
        first.execute("CREATE INDEX CONCURRENTLY of_the_first ON post (title)")
        version = "SELECT version_num FROM alembic_version"
        assert first.execute(version).fetchone() == (LANDED,)
        first.execute("SELECT pg_advisory_unlock(4115097)")
        second.result()
        assert first.execute(version).fetchone() == (PREVIOUS,)


def is_turned_away(connection: psycopg.Connection) -> bool:
    """Return whether another session of the database asks for what this one holds."""
    query = (
        "SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND (query LIKE '%advisory%' OR query = 'COMMIT')"
    )
    return connection.execute(query).fetchone() is not None


def test_going_back_takes_away_what_the_previous_version_cannot_read(
    app: Flask, older: str
) -> None:
    migrate(app, older, "head")
    with psycopg.connect(older) as before:
        write_as_before(before)
        before.execute("UPDATE post SET status = 'refused', refusal = 'x'")
        before.execute(NOTIFICATION, {"id": 2, "kind": "proposal_refused"})
        before.execute(STREAM)
        for number, kind in enumerate(("post.refused", "proposal.refused", "group.ended"), start=1):
            before.execute(FACT, (number, number, kind))
    migrate(app, older, PREVIOUS, command.downgrade)
    with psycopg.connect(older) as after:
        assert after.execute("SELECT status FROM post").fetchall() == [("removed",)]
        assert after.execute("SELECT kind FROM notification").fetchall() == [("post_published",)]
        assert after.execute("SELECT kind FROM fact").fetchall() == [("post.refused",)]


MANY_POSTS = (
    "INSERT INTO post (id, kind, group_id, author_id, title, body_html, summary, status,"
    " created_at, published_at, version, comment_count, reaction_counts)"
    " SELECT n, 'news', 1, 7, 't', 'b', 's', 'published', now(), now(), 1, 0, '{}'"
    " FROM generate_series(2, 100000) AS n"
)
SECOND_GROUP = GROUP.replace("(1, 'g'", "(2, 'h'")
WRITTEN_NOW = (
    "INSERT INTO post (id, kind, author_id, title, body_html, summary, created_at, version,"
    " comment_count, reaction_counts) VALUES (%s, 'call', 7, 't', 'b', 's', now(), 1, 0, '{}')"
)
PLACED = (
    "INSERT INTO placement (post_id, group_id, kind, status, created_at, published_at)"
    " VALUES (%s, %s, 'call', %s, now(), now())"
)
AS_BEFORE = "SELECT group_id, status, refusal FROM post WHERE id = %s"
AS_NOW = "SELECT group_id, status, refusal FROM placement WHERE post_id = %s ORDER BY id"


def test_posts_of_before_are_placed_and_both_releases_read_what_the_other_writes(
    app: Flask, older: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    migrate(app, older, UNPLACED)
    with psycopg.connect(older) as before:
        for statement in (MEMBER, GROUP, SECOND_GROUP, POST, MANY_POSTS):
            before.execute(statement)
    started = monotonic()
    migrate(app, older, "head")
    record_testsuite_property("100,000 posts placed, seconds", round(monotonic() - started, 1))
    with psycopg.connect(older, autocommit=True) as both:
        placed = "SELECT count(*) FROM placement JOIN post ON post.id = post_id"
        placed += " AND post.group_id = placement.group_id AND post.kind = placement.kind"
        assert both.execute(placed).fetchone() == (100_000,)
        both.execute("UPDATE post SET status = 'refused', refusal = 'x' WHERE id = 2")
        assert both.execute(AS_NOW, [2]).fetchall() == [(1, "refused", "x")]
        both.execute("UPDATE placement SET status = 'removed', refusal = NULL WHERE post_id = 2")
        assert both.execute(AS_BEFORE, [2]).fetchone() == (1, "removed", None)
        both.execute(POST.replace("VALUES (1,", "VALUES (200001,"))
        assert both.execute(AS_NOW, [200_001]).fetchall() == [(1, "published", None)]
        for post_id, groups in ((200_002, (2, 1)), (200_003, (2,))):
            both.execute(WRITTEN_NOW, [post_id])
            for group_id in groups:
                both.execute(PLACED, [post_id, group_id, "published"])
            assert both.execute(AS_BEFORE, [post_id]).fetchone() == (2, "published", None)


def test_a_post_goes_with_the_last_of_its_groups_and_comes_back_to_the_first(
    app: Flask, older: str
) -> None:
    migrate(app, older, "head")
    with psycopg.connect(older, autocommit=True) as both:
        for statement in (MEMBER, GROUP, SECOND_GROUP):
            both.execute(statement)
        for post_id, groups in ((2, (2, 1)), (3, (2,)), (4, (1,))):
            both.execute(WRITTEN_NOW, [post_id])
            for group_id in groups:
                both.execute(PLACED, [post_id, group_id, "pending"])
        both.execute('DELETE FROM "group" WHERE id = 2')
        assert both.execute("SELECT id FROM post ORDER BY id").fetchall() == [(2,), (4,)]
    migrate(app, older, UNPLACED, command.downgrade)
    with psycopg.connect(older) as after:
        for post_id in (2, 4):
            assert after.execute(AS_BEFORE, [post_id]).fetchone() == (1, "pending", None)
        after.execute('DELETE FROM "group"')
        assert after.execute("SELECT FROM post").fetchall() == []


UNCOUNTED = "0022"
COUNTED = (
    "INSERT INTO post (id, kind, author_id, title, body_html, summary, created_at, version,"
    " comment_count, reaction_counts)"
    " SELECT n, 'news', 7, 't', 'b', 's', now(), 1, n % 3, CASE WHEN n % 5 = 0"
    " THEN '{\"thanks\": 2, \"support\": 1}'::jsonb ELSE '{}' END"
    " FROM generate_series(1, 100000) AS n"
)
PREVIOUS_COUNT = (
    "UPDATE post SET comment_count = (post.comment_count + %s), version = (post.version + 1)"
    " WHERE post.id = %s"
)
REACTED = "INSERT INTO reaction (post_id, member_id, name) VALUES (%s, 7, %s)"
PREVIOUS_RECOUNT = (
    "UPDATE post SET reaction_counts = %s, version = (post.version + 1) WHERE id = %s"
)
NEW_COUNT = (
    "INSERT INTO post_counters (post_id, {0}) VALUES (%s, 1) ON CONFLICT (post_id)"
    " DO UPDATE SET {0} = post_counters.{0} + 1"
)
COUNTERS = "SELECT comment_count, thanks_count, support_count FROM post_counters WHERE post_id = %s"
COUNTED_AS_BEFORE = "SELECT comment_count, reaction_counts FROM post WHERE id = %s"


def test_counters_of_before_come_along_and_count_what_both_releases_write(
    app: Flask, older: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    migrate(app, older, UNCOUNTED)
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        before.execute(COUNTED)
    started = monotonic()
    migrate(app, older, "head")
    record_testsuite_property("100,000 posts counted, seconds", round(monotonic() - started, 1))
    with psycopg.connect(older, autocommit=True) as both:
        wrong = (
            "SELECT count(*) FROM post LEFT JOIN post_counters AS counters ON post_id = post.id"
            " WHERE coalesce(counters.comment_count, 0) <> post.comment_count"
            " OR coalesce(thanks_count, 0) <> coalesce((reaction_counts ->> 'thanks')::int, 0)"
            " OR coalesce(support_count, 0) <> coalesce((reaction_counts ->> 'support')::int, 0)"
        )
        assert both.execute(wrong).fetchone() == (0,)
        both.execute("DELETE FROM post_counters WHERE post_id = 10")  # as before its batch
        both.execute(PREVIOUS_COUNT, [1, 10])
        assert both.execute(COUNTERS, [10]).fetchone() == (2, 2, 1)
        for post_id in (1, 3):  # with a row of counters, and without
            both.execute(PREVIOUS_COUNT, [1, post_id])
            both.execute(NEW_COUNT.format("comment_count"), [post_id])
            both.execute(PREVIOUS_COUNT, [1, post_id])
        both.execute(PREVIOUS_COUNT, [-1, 1])
        assert both.execute(COUNTERS, [1]).fetchone() == (3, 0, 0)
        assert both.execute(COUNTERS, [3]).fetchone() == (3, 0, 0)
        for name in ("thanks", "support"):
            both.execute(REACTED, [3, name])
        both.execute(PREVIOUS_RECOUNT, ['{"thanks": 1, "support": 1}', 3])
        assert both.execute(COUNTERS, [3]).fetchone() == (3, 1, 1)
        both.execute("DELETE FROM reaction WHERE name = 'support'")
        both.execute(PREVIOUS_RECOUNT, ['{"thanks": 1}', 3])
        assert both.execute(COUNTERS, [3]).fetchone() == (3, 1, 0)
    migrate(app, older, UNCOUNTED, command.downgrade)
    with psycopg.connect(older) as after:
        assert after.execute(COUNTED_AS_BEFORE, [3]).fetchone() == (3, {"thanks": 1})
        assert after.execute(COUNTED_AS_BEFORE, [5]).fetchone() == (2, {"thanks": 2, "support": 1})


def test_a_reaction_of_this_release_is_counted_beside_one_of_the_previous(
    app: Flask, older: str
) -> None:
    """The previous one counts all that it sees; the other, written meanwhile, is not among them."""
    with psycopg.connect(older) as before:
        for statement in (MEMBER, MEMBER.replace("(7,", "(8,").replace("'x'", "'y'"), GROUP, POST):
            before.execute(statement.replace("chloe", "driss") if "(8," in statement else statement)
    migrate(app, older, "head")
    with psycopg.connect(older) as new, psycopg.connect(older) as previous:
        new.execute(REACTED, [1, "thanks"])
        new.execute(NEW_COUNT.format("thanks_count"), [1])
        with ThreadPoolExecutor(1) as elsewhere, psycopg.connect(older, autocommit=True) as third:
            previous.execute(REACTED.replace("7", "8"), [1, "thanks"])
            counting = elsewhere.submit(previous.execute, PREVIOUS_RECOUNT, ['{"thanks": 1}', 1])
            wait_until(lambda: holds_up(third), "the previous release waits for the counters")
            new.commit()
            counting.result()
        previous.commit()
    with psycopg.connect(older) as after:
        assert after.execute(COUNTERS, [1]).fetchone() == (0, 2, 0)


def holds_up(connection: psycopg.Connection) -> bool:
    """Tell whether a transaction of this database waits for another one."""
    query = (
        "SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE datname = current_database() AND NOT granted"
    )
    return connection.execute(query).fetchone() is not None


UNMOVED = "0024"
WEBINARS = (
    "INSERT INTO post (id, kind, author_id, title, body_html, summary, created_at, version,"
    " starts_at, ends_at, time_zone, capacity)"
    " SELECT n, 'webinar', 7, 't', 'b', 's', now(), 1, now(), now() + interval '1 hour',"
    " CASE mod(n, 2) WHEN 0 THEN 'Indian/Reunion' ELSE '' END, 30"
    " FROM generate_series(%s::int, %s::int) AS n"
)
WEBINAR_DATES = "SELECT starts_at::date::text, ends_at::date::text FROM {} WHERE {} = %s"
NEW_WEBINAR = (
    "INSERT INTO webinar (post_id, starts_at, ends_at, time_zone)"
    " VALUES (%s, '2027-01-01', '2027-01-02', 'Europe/Paris')"
)


def test_webinars_of_before_move_and_both_releases_read_what_the_other_writes(
    app: Flask, older: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    migrate(app, older, UNMOVED)
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        before.execute(GROUP)
        before.execute(WEBINARS, [1, 50_000])
    started = monotonic()
    migrate(app, older, "head")
    record_testsuite_property("50,000 webinars moved, seconds", round(monotonic() - started, 1))

    def read(table: str, key: str, post_id: int) -> object:
        return both.execute(WEBINAR_DATES.format(table, key), [post_id]).fetchone()

    with psycopg.connect(older, autocommit=True) as both:
        moved = "SELECT count(*), count(capacity) FROM webinar WHERE time_zone = %s"
        for zone in ("Indian/Reunion", "Europe/Paris"):
            assert both.execute(moved, [zone]).fetchone() == (25_000, 25_000)
        both.execute(WEBINARS, [100_001, 100_001])
        both.execute(
            "UPDATE post SET ends_at = '2027-02-03', starts_at = '2027-02-02' WHERE id > 100000"
        )
        assert read("webinar", "post_id", 100_001) == ("2027-02-02", "2027-02-03")
        both.execute(WRITTEN_NOW.replace("'call'", "'webinar'"), [200_000])
        both.execute(NEW_WEBINAR, [200_000])
        both.execute(PLACED.replace("'call'", "'webinar'"), [200_000, 1, "published"])
        for table, key in (("post", "id"), ("placement", "post_id")):
            assert read(table, key, 200_000) == ("2027-01-01", "2027-01-02")
        both.execute("UPDATE webinar SET ends_at = '2027-01-03' WHERE post_id = 200000")
        for table, key in (("post", "id"), ("placement", "post_id")):
            assert read(table, key, 200_000) == ("2027-01-01", "2027-01-03")
    migrate(app, older, UNMOVED, command.downgrade)
    with psycopg.connect(older, autocommit=True) as both:
        assert read("post", "id", 200_000) == ("2027-01-01", "2027-01-03")
        both.execute("UPDATE post SET ends_at = '2027-01-04' WHERE id = 200000")
        assert read("placement", "post_id", 200_000) == ("2027-01-01", "2027-01-04")


@pytest.mark.parametrize(
    ("wrong", "right", "shown"),
    [
        ("kind = 'poem'", "kind = 'news'", "kind IN"),
        ("ends_at = starts_at", "ends_at = starts_at + interval '1 hour'", "ends_at > starts_at"),
    ],
)
def test_an_operator_reads_which_rows_a_new_rule_does_not_accept(
    app: Flask, older: str, wrong: str, right: str, shown: str
) -> None:
    """It is said in one line; the site goes on, and so does the migration once it is mended."""
    migrate(app, older, UNMOVED)
    of_two = "UPDATE post SET {} WHERE id IN (2, 4)"
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        before.execute(WEBINARS, [1, 10])
        before.execute(of_two.format(wrong))
    with pytest.raises(RowsOutsideRule) as stopped:
        migrate(app, older, "head")
    line = explain(stopped.value) or ""
    for part in (shown, 'table "post"', '"id" = 2; 4.', "`grandequipe migrate`"):
        assert part in line
    with psycopg.connect(older, autocommit=True) as meanwhile:
        meanwhile.execute("UPDATE post SET title = 'y'")
        meanwhile.execute(of_two.format(right))
    migrate(app, older, "head")


# What the previous release sends, as it sends it.
PREVIOUS_RECORD = (
    "WITH numbered AS (UPDATE stream SET last_position = (stream.last_position + 1)"
    " WHERE stream.name = %(stream)s RETURNING stream.last_position)"
    " INSERT INTO fact (stream_name, position, kind, subject_id, actor_id, data, at, awaiting)"
    " SELECT %(stream)s::TEXT, numbered.last_position, 'post.published', 1, 7, '{}'::JSONB, now(),"
    " ARRAY['notifications.reactions.tell_of_post'] FROM numbered RETURNING fact.position"
)
PREVIOUS_LOCK = (
    "SELECT stream.name, stream.last_position FROM stream WHERE stream.name = ANY (%s::TEXT[])"
    ' ORDER BY stream.name COLLATE "C" FOR UPDATE'
)
PREVIOUS_ADD = (
    "INSERT INTO fact (stream_name, position, kind, subject_id, actor_id, data, at, awaiting)"
    " VALUES (%s, %s, 'comment.added', 1, 7, '{}', now(), '{}') RETURNING fact.id"
)
PREVIOUS_MOVE = "UPDATE stream SET last_position = %s WHERE stream.name = %s"
PREVIOUS_DISPATCH = (
    "SELECT fact.id, fact.awaiting FROM fact WHERE awaiting <> '{}' AND"
    " (fact.dispatched_at IS NULL OR fact.dispatched_at < now()) ORDER BY fact.id LIMIT 200"
    " FOR UPDATE SKIP LOCKED"
)
PREVIOUS_HANDLE = (
    "UPDATE fact SET awaiting = array_remove(fact.awaiting, 'x') WHERE fact.id = ANY (%s)"
)
PREVIOUS_READ = (
    "SELECT fact.position, fact.kind FROM fact WHERE fact.stream_name = %s AND fact.position > 0"
    " ORDER BY fact.id"
)
EVENTS = (
    'SELECT event.position, event.kind, event.version, pending_handlers FROM event JOIN "group"'
    ' ON "group".stream_id = event.stream_id ORDER BY event.id'
)


def test_rows_of_fact_become_events_while_the_previous_release_goes_on_writing(
    app: Flask, older: str
) -> None:
    """Streams have one counter for both releases; only the new one is given handlers to run."""
    with psycopg.connect(older) as before:
        for statement in (MEMBER, GROUP):
            before.execute(statement)
        before.execute("INSERT INTO stream (name) VALUES ('group:1'), ('member:7')")
        for _ in range(2):
            before.execute(PREVIOUS_RECORD, {"stream": "group:1"})
    with (
        ThreadPoolExecutor(1) as elsewhere,
        psycopg.connect(older) as writer,
        psycopg.connect(older, autocommit=True) as reader,
    ):
        writer.execute(PREVIOUS_RECORD, {"stream": "group:1"})
        writer.execute("UPDATE fact SET awaiting = '{}' WHERE position = 1")
        migrating = elsewhere.submit(migrate, app, older, "head")
        wait_until(lambda: waits_for(reader, "fact"), "the migration comes to the rows of fact")
        writer.commit()
        migrating.result()
    published = ["notifications.tell_of_post"]
    with psycopg.connect(older) as after:
        assert after.execute(EVENTS).fetchall() == [
            (1, "post.published", 1, []),
            (2, "post.published", 1, published),
            (3, "post.published", 1, published),
        ]
        assert after.execute(PREVIOUS_RECORD, {"stream": "group:1"}).fetchall() == [(4,)]
        [locked] = after.execute(PREVIOUS_LOCK, [["group:1"]]).fetchall()
        assert locked == ("group:1", 4)
        after.execute(PREVIOUS_ADD, ("group:1", 5))
        after.execute(PREVIOUS_MOVE, (5, "group:1"))
        after.execute(
            'UPDATE stream SET last_position = last_position + 1 FROM "group"'
            ' WHERE stream.id = "group".stream_id RETURNING last_position'
        )
        assert after.execute(PREVIOUS_RECORD, {"stream": "group:1"}).fetchall() == [(7,)]
        assert after.execute(EVENTS).fetchall()[3:] == [
            (4, "post.published", 1, published),
            (5, "comment.added", 1, []),
            (7, "post.published", 1, published),
        ]
        assert len(after.execute(PREVIOUS_READ, ["group:1"]).fetchall()) == 6
        assert after.execute(PREVIOUS_DISPATCH).fetchall() == []
        after.execute(PREVIOUS_HANDLE, [[1]])
        # A group of the previous release, and one of this.
        after.execute(GROUP.replace("VALUES (1, 'g'", "VALUES (2, 'h'"))
        after.execute("INSERT INTO stream (name, last_position) VALUES ('group:2', 0)")
        [(stream_id,)] = after.execute("INSERT INTO stream DEFAULT VALUES RETURNING id").fetchall()
        third = GROUP.replace("VALUES (1, 'g'", "VALUES (3, 'i'")
        third = third.replace("created_at)", "created_at, stream_id)")
        after.execute(third.replace("now())", f"now(), {stream_id})"))
        for name in ("group:2", "group:3"):
            assert after.execute(PREVIOUS_RECORD, {"stream": name}).fetchall() == [(1,)]
        after.execute('DELETE FROM "group" WHERE id = 2')
        after.execute("DELETE FROM stream WHERE stream.name IN ('group:2')")
    migrate(app, older, "0014", command.downgrade)
    with psycopg.connect(older) as back:
        positions = back.execute(PREVIOUS_READ, ["group:1"]).fetchall()
        assert [position for position, _kind in positions] == [1, 2, 3, 4, 5, 7]
        assert len(back.execute(PREVIOUS_DISPATCH).fetchall()) == 5
        assert back.execute(PREVIOUS_RECORD, {"stream": "group:3"}).fetchall() == [(2,)]


MAILS = "SELECT outgoing_mail.state FROM digest JOIN outgoing_mail ON outgoing_mail.id = mail_id"
DIGESTS = "SELECT state FROM digest"
OF_DIGEST = "UPDATE outgoing_mail SET {} WHERE id = (SELECT mail_id FROM digest WHERE id = %s)"
BOTH_STATES = (
    ("claimed", "pending"),
    ("sent", "sent"),
    ("empty", "cancelled"),
    ("failed", "failed"),
    ("uncertain", "uncertain"),
)


def test_digests_of_before_get_their_mails_and_both_releases_read_what_the_other_writes(
    app: Flask, older: str
) -> None:
    migrate(app, older, UNMAILED)
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        for number, (state, _mail_state) in enumerate(BOTH_STATES, 1):
            before.execute(DIGEST, (number, f"week:{number}", state))
    migrate(app, older, "head")
    with psycopg.connect(older, autocommit=True) as both:

        def states(query: str) -> list[str]:
            return [state for (state,) in both.execute(f"{query} ORDER BY digest.id")]

        assert states(MAILS) == [mail_state for _state, mail_state in BOTH_STATES]
        both.execute("UPDATE digest SET state = 'sending', started_at = now() WHERE id = 1")
        assert states(MAILS)[0] == "sending"
        both.execute("UPDATE digest SET state = 'claimed', tries = 1 WHERE id = 5")
        assert states(MAILS)[4] == "pending"
        both.execute(OF_DIGEST.format("state = 'sent', sent_at = now()"), [1])
        both.execute(OF_DIGEST.format("state = 'sending', started_at = now()"), [5])
        assert states(DIGESTS) == ["sent", "sent", "empty", "failed", "sending"]
        for digest_id in (9, 10):
            both.execute(f"{DIGEST} ON CONFLICT DO NOTHING", (digest_id, "week:9", "claimed"))
        assert states(MAILS)[5:] == ["pending"]
        assert both.execute("SELECT count(*) FROM outgoing_mail").fetchone() == (6,)
    migrate(app, older, UNMAILED, command.downgrade)
    with psycopg.connect(older) as after:
        states_after = after.execute("SELECT state FROM digest ORDER BY id").fetchall()
        assert [state for (state,) in states_after] == [
            "sent", "sent", "empty", "failed", "sending", "claimed",
        ]  # fmt: skip
        assert after.execute("SELECT FROM outgoing_mail").fetchall() == []
        after.execute("DELETE FROM member")


UNGATHERED = "0020"
SECOND_MEMBER = MEMBER.replace("(7, 'chloe@example.org'", "(8, 'bruno@example.org'")
SECOND_MEMBER = SECOND_MEMBER.replace("'x'", "'y'")
# 20,000 posts, five comments on each, of which the author has read the first two.
MANY_COMMENTS = (
    "INSERT INTO comment (id, post_id, author_id, body_html, created_at)"
    " SELECT n, n / 5 + 1, 8, 'x', now() FROM generate_series(5, 100004) AS n"
)
MANY_NOTIFICATIONS = (
    "INSERT INTO notification (id, member_id, fact_id, kind, topic, actor_id, group_id, post_id,"
    " comment_id, created_at, read_at)"
    " SELECT n, 7, n, 'comment_on_my_post', 'comment_on_my_post:post:' || n / 5 + 1, 8, 1,"
    " n / 5 + 1, n, now(), CASE WHEN n % 5 < 2 THEN now() END FROM generate_series(5, 100004) AS n"
)
# What the previous release sends, as it sends it.
PREVIOUS_NOTIFY = (
    "INSERT INTO notification (member_id, fact_id, kind, topic, actor_id, group_id, post_id,"
    " comment_id, created_at) SELECT 7, %(event)s, 'comment_on_my_post', %(topic)s, 8, 1, 2,"
    " %(comment)s, now() ON CONFLICT (member_id, fact_id) DO NOTHING"
    " RETURNING notification.id, notification.member_id, notification.actor_id"
)
PREVIOUS_LINES = (
    "SELECT max(id), count(DISTINCT actor_id), max(comment_id), read_at IS NULL FROM notification"
    " WHERE member_id = 7 AND post_id = 2 GROUP BY topic, read_at"
)
GATHERED = "SELECT unread_count, event_ids, comment_ids FROM notification WHERE subject_id = 2"


def test_notifications_of_before_are_gathered_and_both_releases_read_what_the_other_writes(
    app: Flask, older: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    migrate(app, older, UNGATHERED)
    with psycopg.connect(older) as before:
        for statement in (MEMBER, SECOND_MEMBER, GROUP, POST, MANY_POSTS, MANY_COMMENTS):
            before.execute(statement)
        before.execute(MANY_NOTIFICATIONS)
        before.execute("SELECT setval('notification_id_seq', 100004)")
    started = monotonic()
    migrate(app, older, "head")
    took = round(monotonic() - started, 1)
    record_testsuite_property("100,000 notifications gathered, seconds", took)
    with psycopg.connect(older, autocommit=True) as both:
        assert both.execute("SELECT count(*) FROM notification").fetchone() == (20_000,)
        new_to_mails = (
            "SELECT FROM notification WHERE read_at IS NULL AND mailed_count <> unread_count"
        )
        assert both.execute(new_to_mails).fetchall() == []
        assert both.execute(GATHERED).fetchone() == (3, [9, 8, 7, 6, 5], [9, 8, 7, 6, 5])
        assert both.execute(PREVIOUS_LINES).fetchall() == [(9, 1, 9, True)]
        again = {"event": 200_000, "topic": "comment_on_my_post:post:2", "comment": 500}
        for _time in range(2):
            both.execute(PREVIOUS_NOTIFY, again)
        assert both.execute(GATHERED).fetchone()[0] == 4
        both.execute("UPDATE notification SET read_at = now() WHERE post_id = 2")
        assert both.execute(GATHERED).fetchone()[0] == 0
        for event in (200_001, 200_002):
            both.execute(
                PREVIOUS_NOTIFY, {"event": event, "topic": "t", "comment": event - 199_000}
            )
        own = "SELECT unread_count, comment_ids FROM notification WHERE topic = 't'"
        assert both.execute(own).fetchall() == [(2, [1002, 1001])]
        both.execute("DELETE FROM comment WHERE post_id = 3")
        both.execute("DELETE FROM post WHERE id = 3")
        gone = "SELECT FROM notification WHERE subject_id = 3"
        assert both.execute(gone).fetchall() == []
    migrate(app, older, UNGATHERED, command.downgrade)
    with psycopg.connect(older) as after:
        lines = after.execute(PREVIOUS_LINES).fetchall()
        assert sorted(is_unread for *_line, is_unread in lines) == [False, True]


BANNED_MODERATOR = (
    "INSERT INTO membership (group_id, member_id, role, state, level, since, seen_position,"
    " digested_position) VALUES (1, 7, 'moderator', 'banned', 'mentions', now(), 0, 0)"
)


def test_rows_that_break_a_new_rule_are_mended_before_it_holds(app: Flask, older: str) -> None:
    with psycopg.connect(older) as before:
        for statement in (MEMBER, GROUP, BANNED_MODERATOR, SUBSCRIPTION):
            before.execute(statement)
        before.execute("UPDATE digest_subscription SET next_due_at = '2026-12-01 08:00Z'")
    migrate(app, older, "head")
    with psycopg.connect(older) as after:
        assert after.execute("SELECT role, state FROM membership").fetchall() == [
            ("member", "banned")
        ]
        due = "SELECT next_period FROM digest_subscription"
        assert after.execute(due).fetchall() == [("day:2026-12-01",)]


UNDATED = "0019"
WEBINAR = (
    "INSERT INTO post (id, kind, author_id, title, body_html, summary, created_at, version,"
    " comment_count, reaction_counts, starts_at, ends_at) VALUES (%s, 'webinar', 7, 't', 'b', 's',"
    " now(), 1, 0, '{}', '2030-01-01 10:00+00', '2030-01-01 11:00+00')"
)
ANNOUNCED = (
    "INSERT INTO placement (post_id, group_id, kind, status, created_at, published_at)"
    " VALUES (%s, 1, 'webinar', 'published', now(), now())"
)
PUT_OFF = "UPDATE post SET starts_at = starts_at + interval '1 day', ends_at = NULL WHERE id = %s"
DATES = (
    "SELECT post.id, (placement.starts_at, placement.ends_at)"
    " IS NOT DISTINCT FROM (post.starts_at, post.ends_at), placement.starts_at IS NULL"
    " FROM placement JOIN post ON post.id = post_id ORDER BY post.id"
)


def test_placements_have_the_dates_of_webinars_whichever_release_writes_them(
    app: Flask, older: str
) -> None:
    with psycopg.connect(older) as before:
        write_as_before(before)
    migrate(app, older, UNDATED)
    with psycopg.connect(older) as before:
        for post_id in (2, 3):
            before.execute(WEBINAR, [post_id])
            before.execute(ANNOUNCED, [post_id])
    migrate(app, older, "head")
    with psycopg.connect(older) as both:
        both.execute(WEBINAR, [4])
        both.execute(ANNOUNCED, [4])
        both.execute(PUT_OFF, [3])
        assert both.execute(DATES).fetchall() == [
            (1, True, True), (2, True, False), (3, True, False), (4, True, False)
        ]  # fmt: skip
    migrate(app, older, UNDATED, command.downgrade)
    with psycopg.connect(older) as after:
        after.execute(WEBINAR, [5])
        after.execute(ANNOUNCED, [5])


def test_every_rule_of_the_models_holds_in_the_database(app: Flask) -> None:
    """18: also which words an enumeration has, which the comparison above passes over."""
    with db.engine.connect() as connection:
        for table in db.metadata.tables.values():
            connection.execute(text(f'CREATE TEMP TABLE probe (LIKE "{table.name}")'))
            for rule in table.constraints:
                if isinstance(rule, CheckConstraint):
                    definition = f'CONSTRAINT "{rule.name}" CHECK ({rule.sqltext})'
                    connection.execute(text(f"ALTER TABLE probe ADD {definition}"))
            wanted, kept = (
                connection.execute(RULES, {"table": name}).all()
                for name in ("pg_temp.probe", f'public."{table.name}"')
            )
            assert kept == wanted, table.name
            connection.execute(text("DROP TABLE probe"))


RULES = text(
    "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
    " WHERE conrelid = CAST(:table AS regclass) AND contype = 'c' ORDER BY conname"
)
# By its first column: what goes finds at once what leads to it.
LEADING = """
    SELECT kept.conrelid::regclass || '.' || field.attname
    FROM pg_constraint AS kept
    JOIN pg_attribute AS field ON field.attrelid = kept.conrelid AND field.attnum = kept.conkey[1]
    WHERE kept.contype = 'f' AND NOT EXISTS (
        SELECT FROM pg_index
        WHERE indrelid = kept.conrelid AND indkey[0] = kept.conkey[1] AND indisvalid
        AND COALESCE(pg_get_expr(indpred, indrelid), '') IN (
            '', format('(%I IS NOT NULL)', field.attname)
        )
    )
"""


def test_what_is_deleted_reads_no_whole_table(app: Flask) -> None:
    """D3, and 6: an account that is forgotten, a group that ends, a comment or theme that goes."""
    assert db.session.scalars(text(LEADING)).all() == []
