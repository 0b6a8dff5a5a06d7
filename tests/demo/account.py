"""What must add up in every community, however it was written."""

from sqlalchemy import text

from grandequipe.extensions import db

# Each gives the rows that do not add up.
AUDITS = {
    "a stream is numbered without holes, and its head is its last fact": """
        SELECT stream.name FROM stream LEFT JOIN fact ON fact.stream_name = stream.name
        GROUP BY stream.name, stream.last_position
        HAVING count(fact.id) <> stream.last_position
            OR coalesce(max(fact.position), 0) <> stream.last_position
    """,
    "facts come in the order of time": """
        SELECT id FROM (
            SELECT id, at < lag(at) OVER (PARTITION BY stream_name ORDER BY position) AS early
            FROM fact
        ) AS ordered WHERE early
    """,
    "no fact waits for a reaction": "SELECT id FROM fact WHERE cardinality(awaiting) > 0",
    "nothing happened in the future": "SELECT id FROM fact WHERE at > now()",
    "every published post was told once": """
        SELECT placement.id FROM placement LEFT JOIN fact
            ON fact.kind = 'post.published' AND fact.subject_id = placement.post_id
            AND fact.data ->> 'group_id' = placement.group_id::text
        WHERE placement.status = 'published' GROUP BY placement.id HAVING count(fact.id) <> 1
    """,
    "a post counts its comments": """
        SELECT post.id FROM post LEFT JOIN comment
            ON comment.post_id = post.id AND comment.removed_at IS NULL
        GROUP BY post.id HAVING count(comment.id) <> post.comment_count
    """,
    "a post counts its reactions": """
        SELECT post.id FROM post LEFT JOIN reaction ON reaction.post_id = post.id
        GROUP BY post.id HAVING count(reaction.name) <> (
            SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(post.reaction_counts)
        )
    """,
    "a group counts its members": """
        SELECT slug FROM "group" LEFT JOIN membership
            ON membership.group_id = "group".id AND membership.state = 'active'
        GROUP BY slug, member_count HAVING count(membership.member_id) <> member_count
    """,
    "nobody speaks where they do not belong": """
        SELECT said.id FROM (
            SELECT post.id, placement.group_id, author_id
            FROM post JOIN placement ON placement.post_id = post.id UNION ALL
            SELECT comment.id, placement.group_id, comment.author_id
            FROM comment JOIN placement USING (post_id)
        ) AS said LEFT JOIN membership
            ON membership.group_id = said.group_id AND membership.member_id = said.author_id
        WHERE membership.state IS DISTINCT FROM 'active'
    """,
    "nobody has seen what is still to come": """
        SELECT member_id FROM membership JOIN stream ON stream.name = 'group:' || group_id
        WHERE greatest(seen_position, digested_position) > last_position
    """,
    "everyone will have a letter": """
        SELECT member.id FROM member LEFT JOIN digest_subscription
            ON digest_subscription.member_id = member.id
        WHERE digest_subscription.next_due_at IS NULL
    """,
}


def list_mistakes() -> dict[str, list[object]]:
    """Give what does not add up, by the sentence that it breaks."""
    found = {rule: list(db.session.scalars(text(statement))) for rule, statement in AUDITS.items()}
    return {rule: rows for rule, rows in found.items() if rows}
