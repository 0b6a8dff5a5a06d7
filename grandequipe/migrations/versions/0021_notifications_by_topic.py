"""Keep one row of the bell for each member and topic, with the entries that it gathers.

The previous code runs beside. It writes a row for each event, in columns that stay for now; a
trigger adds such a row to the one of its topic, and fills for the previous code the columns that
it reads. It sees of a topic the newest entry. The columns and the trigger go with the next release.

Rows of before are gathered some at a time.
"""

from grandequipe.migrations import online

revision = "0021"
down_revision = "0020"

COLUMNS = {
    "latest_id": "bigint",
    "subject_type": "varchar(40)",
    "subject_id": "bigint",
    "event_ids": "bigint[]",
    "actor_ids": "bigint[]",
    "comment_ids": "bigint[]",
    "unread_count": "bigint",
}
MOST_ENTRIES = 100

# In turn for each topic: two who find no row of it would both make one.
BOTH_RELEASES = f"""
    CREATE OR REPLACE FUNCTION notification_of_both_releases() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        kept notification;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.read_at IS NOT NULL THEN
                NEW.unread_count := 0;
            END IF;
        ELSIF NEW.event_ids IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(NEW.member_id || ' ' || NEW.topic, 20));
            SELECT * INTO kept FROM notification
            WHERE member_id = NEW.member_id AND topic = NEW.topic AND event_ids IS NOT NULL
            ORDER BY id DESC LIMIT 1 FOR UPDATE;
            IF FOUND THEN
                UPDATE notification SET
                    event_ids = (NEW.fact_id || event_ids)[1:{MOST_ENTRIES}],
                    actor_ids = (NEW.actor_id || actor_ids)[1:{MOST_ENTRIES}],
                    comment_ids = (NEW.comment_id || comment_ids)[1:{MOST_ENTRIES}],
                    unread_count = unread_count + 1,
                    latest_id = NEW.id,
                    group_id = NEW.group_id,
                    created_at = NEW.created_at,
                    read_at = NULL
                WHERE id = kept.id AND NOT NEW.fact_id = ANY (event_ids)
                    AND (NEW.comment_id IS NULL OR array_position(comment_ids, NEW.comment_id) IS NULL);
                RETURN NULL;
            END IF;
            NEW.latest_id := NEW.id;
            NEW.subject_type := CASE WHEN NEW.post_id IS NULL THEN 'group' ELSE 'post' END;
            NEW.subject_id := COALESCE(NEW.post_id, NEW.group_id);
            NEW.event_ids := ARRAY[NEW.fact_id];
            NEW.actor_ids := ARRAY[NEW.actor_id];
            NEW.comment_ids := ARRAY[NEW.comment_id];
            NEW.unread_count := CASE WHEN NEW.read_at IS NULL THEN 1 ELSE 0 END;
        END IF;
        IF NEW.event_ids IS NOT NULL THEN
            NEW.fact_id := NEW.event_ids[1];
            NEW.actor_id := NEW.actor_ids[1];
            NEW.comment_id := NEW.comment_ids[1];
            NEW.post_id := CASE NEW.subject_type WHEN 'post' THEN NEW.subject_id END;
        END IF;
        RETURN NEW;
    END $$
"""
ON_NOTIFICATION = """
    CREATE OR REPLACE TRIGGER notification_of_both_releases
    BEFORE INSERT OR UPDATE ON notification FOR EACH ROW
    EXECUTE FUNCTION notification_of_both_releases()
"""
# All rows of the topics of a batch, in the newest of them.
GATHER = f"""
    WITH batch AS (
        SELECT id, member_id, topic, event_ids FROM notification
        WHERE id > :after ORDER BY id LIMIT :many
    ), locked AS (
        SELECT each.* FROM notification AS each
        WHERE (member_id, topic) IN (
            SELECT member_id, topic FROM batch
            WHERE event_ids IS NULL OR EXISTS (
                SELECT FROM notification AS other
                WHERE other.member_id = batch.member_id AND other.topic = batch.topic
                AND other.id <> batch.id
            )
        )
        ORDER BY id FOR UPDATE
    ), entry AS (
        SELECT locked.id, member_id, topic, latest_id, created_at, read_at, given.*,
            read_at IS NULL AND (event_ids IS NULL OR number <= unread_count) AS is_unread
        FROM locked, unnest(
            COALESCE(event_ids, ARRAY[fact_id]), COALESCE(actor_ids, ARRAY[actor_id]),
            COALESCE(comment_ids, ARRAY[comment_id])
        ) WITH ORDINALITY AS given (event_id, actor, comment, number)
    ), gathered AS (
        SELECT max(id) AS id, greatest(max(id), max(latest_id)) AS latest_id,
            max(created_at) AS created_at,
            (array_agg(event_id ORDER BY id DESC, number))[1:{MOST_ENTRIES}] AS event_ids,
            (array_agg(actor ORDER BY id DESC, number))[1:{MOST_ENTRIES}] AS actor_ids,
            (array_agg(comment ORDER BY id DESC, number))[1:{MOST_ENTRIES}] AS comment_ids,
            count(*) FILTER (WHERE is_unread) AS unread_count,
            CASE WHEN NOT bool_or(is_unread) THEN max(read_at) END AS read_at
        FROM entry GROUP BY member_id, topic
    ), deleted AS (
        DELETE FROM notification WHERE id IN (SELECT id FROM locked)
        AND id NOT IN (SELECT id FROM gathered)
    ), written AS (
        UPDATE notification SET event_ids = gathered.event_ids, actor_ids = gathered.actor_ids,
            comment_ids = gathered.comment_ids, unread_count = gathered.unread_count,
            created_at = gathered.created_at, read_at = gathered.read_at,
            latest_id = gathered.latest_id,
            subject_type = CASE WHEN notification.post_id IS NULL THEN 'group' ELSE 'post' END,
            subject_id = COALESCE(notification.post_id, notification.group_id)
        FROM gathered WHERE notification.id = gathered.id
    )
    SELECT max(id) FROM batch
"""
GONE_WITH_POST = """
    CREATE OR REPLACE FUNCTION delete_notifications_of_posts() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM notification
        WHERE subject_type = 'post' AND subject_id IN (SELECT id FROM gone);
        RETURN NULL;
    END $$
"""
ON_POST = """
    CREATE OR REPLACE TRIGGER delete_notifications_of_posts
    AFTER DELETE ON post REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION delete_notifications_of_posts()
"""
CHECKS = {
    "subject_type": "subject_type IN ('post', 'group')",
    "unread_count": "unread_count >= 0",
    "read_at": "(unread_count = 0) = (read_at IS NOT NULL)",
    "entries": "cardinality(event_ids) > 0 AND cardinality(event_ids) = cardinality(actor_ids)"
    " AND cardinality(event_ids) = cardinality(comment_ids)",
}
# For the moment in which rows of a topic are looked for and it has several.
SEARCH_INDEX = "ix_notification_topic_before"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for column, kind in COLUMNS.items():
        online.add_column("notification", column, kind)
    online.execute("ALTER TABLE notification ALTER COLUMN group_id DROP NOT NULL")
    online.create_index(SEARCH_INDEX, "notification", "member_id, topic")
    online.execute(BOTH_RELEASES)
    online.execute(ON_NOTIFICATION)
    # Twice: what was written for a topic while its rows were being gathered is a row beside them.
    for _time in range(2):
        online.write_in_batches(GATHER)
    online.create_index("ix_notification_topic", "notification", "member_id, topic", is_unique=True)
    online.drop_index(SEARCH_INDEX)
    for column in COLUMNS:
        online.add_constraint("notification", "ck_filled", f"CHECK ({column} IS NOT NULL)")
        online.execute(f"ALTER TABLE notification ALTER COLUMN {column} SET NOT NULL")
        online.drop_constraint("notification", "ck_filled")
    online.execute(
        "ALTER TABLE notification ALTER COLUMN latest_id SET DEFAULT nextval('notification_id_seq')"
    )
    online.execute("ALTER TABLE notification ALTER COLUMN unread_count SET DEFAULT 1")
    for name, rule in CHECKS.items():
        online.add_constraint("notification", f"ck_notification_{name}", f"CHECK ({rule})")
    online.drop_constraint("notification", "ck_notification_post_of_comment")
    online.create_index(
        "ix_notification_newest", "notification", "member_id, created_at, latest_id"
    )
    online.create_index("ix_notification_subject", "notification", "subject_type, subject_id")
    online.drop_index("ix_notification_member")
    online.execute(GONE_WITH_POST)
    online.execute(ON_POST)


def downgrade() -> None:
    """Take it back: a topic stays as its newest entry only."""
    online.execute("DROP TRIGGER IF EXISTS delete_notifications_of_posts ON post")
    online.execute("DROP FUNCTION IF EXISTS delete_notifications_of_posts")
    online.execute("DROP TRIGGER IF EXISTS notification_of_both_releases ON notification")
    online.execute("DROP FUNCTION IF EXISTS notification_of_both_releases")
    online.create_index("ix_notification_member", "notification", "member_id, id")
    for name in ("ix_notification_topic", "ix_notification_newest", "ix_notification_subject"):
        online.drop_index(name)
    for column in COLUMNS:
        online.drop_column("notification", column)
    online.add_constraint(
        "notification",
        "ck_notification_post_of_comment",
        "CHECK (comment_id IS NULL OR post_id IS NOT NULL)",
    )
    online.execute("DELETE FROM notification WHERE group_id IS NULL")
    online.execute("ALTER TABLE notification ALTER COLUMN group_id SET NOT NULL")
