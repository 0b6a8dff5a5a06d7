"""Consistency checks that hold in every community, however it was written."""

from sqlalchemy import text

from grandequipe.extensions import db

# Each query returns the inconsistent rows.
CHECKS = {
    "a stream is numbered without gaps, and its head is its last event": """
        SELECT stream.id FROM stream LEFT JOIN event ON event.stream_id = stream.id
        GROUP BY stream.id, stream.last_position
        HAVING count(event.id) <> stream.last_position
            OR coalesce(max(event.position), 0) <> stream.last_position
    """,
    "events are in the order of time": """
        SELECT id FROM (
            SELECT id, at < lag(at) OVER (PARTITION BY stream_id ORDER BY position) AS early
            FROM event
        ) AS ordered WHERE early
    """,
    "no event has pending handlers": "SELECT id FROM event WHERE pending_handlers <> '{}'",
    "nothing happened in the future": "SELECT id FROM event WHERE at > now()",
    "every published post has one event": """
        SELECT placement.id FROM placement LEFT JOIN event
            ON event.kind = 'post.published' AND event.subject_id = placement.post_id
            AND event.data ->> 'group_id' = placement.group_id::text
        WHERE placement.status = 'published' GROUP BY placement.id HAVING count(event.id) <> 1
    """,
    "a placement has the dates of its post": """
        SELECT placement.id FROM placement JOIN post ON post.id = placement.post_id
        LEFT JOIN webinar USING (post_id)
        WHERE (placement.starts_at, placement.ends_at) IS DISTINCT FROM (
            coalesce(webinar.starts_at, post.deadline, post.happens_at),
            coalesce(webinar.ends_at, post.deadline, post.happens_at)
        )
    """,
    "a post counts its comments": """
        SELECT post.id FROM post LEFT JOIN post_counters AS counters ON counters.post_id = post.id
        LEFT JOIN comment ON comment.post_id = post.id AND comment.removed_at IS NULL
        GROUP BY post.id, counters.post_id
        HAVING count(comment.id) <> coalesce(counters.comment_count, 0)
    """,
    "a post counts its reactions": """
        SELECT post.id, named.name FROM post
        CROSS JOIN (
            VALUES ('thanks'), ('useful'), ('inspiring'), ('support')
        ) AS named (name)
        LEFT JOIN post_counters AS counters ON counters.post_id = post.id
        LEFT JOIN reaction ON reaction.post_id = post.id AND reaction.name = named.name
        GROUP BY post.id, named.name, counters.post_id
        HAVING count(reaction.name)
            <> coalesce((to_jsonb(counters) ->> (named.name || '_count'))::int, 0)
    """,
    "a group counts its members": """
        SELECT slug FROM "group" LEFT JOIN membership
            ON membership.group_id = "group".id AND membership.state = 'active'
        GROUP BY slug, member_count HAVING count(membership.member_id) <> member_count
    """,
    "authors are members of the group": """
        SELECT said.id FROM (
            SELECT post.id, placement.group_id, author_id
            FROM post JOIN placement ON placement.post_id = post.id UNION ALL
            SELECT comment.id, placement.group_id, comment.author_id
            FROM comment JOIN placement USING (post_id)
        ) AS said LEFT JOIN membership
            ON membership.group_id = said.group_id AND membership.member_id = said.author_id
        WHERE membership.state IS DISTINCT FROM 'active'
    """,
    "no position is beyond the head": """
        SELECT member_id FROM membership JOIN "group" ON "group".id = group_id
        JOIN stream ON stream.id = "group".stream_id
        WHERE greatest(seen_position, digested_position) > last_position
    """,
    "everyone has a next digest": """
        SELECT member.id FROM member LEFT JOIN digest_subscription
            ON digest_subscription.member_id = member.id
        WHERE digest_subscription.next_due_at IS NULL
    """,
}


def find_inconsistencies() -> dict[str, list[object]]:
    """Return the inconsistent rows by check."""
    found = {rule: list(db.session.scalars(text(statement))) for rule, statement in CHECKS.items()}
    return {rule: rows for rule, rows in found.items() if rows}
