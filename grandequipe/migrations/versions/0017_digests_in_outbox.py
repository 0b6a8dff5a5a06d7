"""Make the mail of each digest a row of the outbox: its state, tries and times are that row's.

The previous code runs beside: it reads and writes these in columns of `digest`, which stay for now,
and triggers keep both in step. The columns and the triggers go with the next release. The digests
of before get their mails some at a time.
"""

from grandequipe.migrations import online

revision = "0017"
down_revision = "0016"

# A digest's words, and the outbox's.
TO_MAIL = """
    CREATE OR REPLACE FUNCTION mail_state_of_digest(state text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE state WHEN 'claimed' THEN 'pending' WHEN 'empty' THEN 'cancelled' ELSE state END
    $$
"""
TO_DIGEST = """
    CREATE OR REPLACE FUNCTION digest_state_of_mail(state text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE state WHEN 'pending' THEN 'claimed' WHEN 'cancelled' THEN 'empty' ELSE state END
    $$
"""
COLUMNS = """
    (key, kind, recipient, member_id, state, tries, created_at, next_try_at, started_at, sent_at,
     error, message_id)
"""
VALUES = """
    concat('digest:', {0}.member_id, ':', {0}.period), 'digest', email, {0}.member_id,
    mail_state_of_digest({0}.state), {0}.tries, {0}.claimed_at, {0}.hand_over_at,
    COALESCE({0}.started_at, CASE {0}.state WHEN 'sending' THEN {0}.claimed_at END),
    CASE {0}.state WHEN 'sent' THEN COALESCE({0}.sent_at, {0}.started_at, {0}.claimed_at) END,
    {0}.error, {0}.message_id
"""
# The key of one that is there already: the previous code asks whether a digest is, by writing it.
MAIL_OF_PREVIOUS = f"""
    CREATE OR REPLACE FUNCTION mail_of_digest() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO outgoing_mail {COLUMNS}
        SELECT {VALUES.format("NEW")} FROM member WHERE id = NEW.member_id
        ON CONFLICT (key) DO UPDATE SET key = excluded.key
        RETURNING id INTO NEW.mail_id;
        RETURN NEW;
    END $$
"""
ON_PREVIOUS = """
    CREATE OR REPLACE TRIGGER mail_of_digest BEFORE INSERT ON digest FOR EACH ROW
    WHEN (NEW.mail_id IS NULL) EXECUTE FUNCTION mail_of_digest()
"""
TOLD_BY_PREVIOUS = """
    CREATE OR REPLACE FUNCTION mail_after_digest() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE outgoing_mail SET state = mail_state_of_digest(NEW.state), tries = NEW.tries,
            created_at = NEW.claimed_at, next_try_at = NEW.hand_over_at,
            started_at = COALESCE(NEW.started_at,
                CASE NEW.state WHEN 'sending' THEN NEW.claimed_at END),
            sent_at = CASE NEW.state WHEN 'sent'
                THEN COALESCE(NEW.sent_at, NEW.started_at, NEW.claimed_at) END,
            error = NEW.error, message_id = COALESCE(NEW.message_id, message_id)
        WHERE id = NEW.mail_id;
        RETURN NULL;
    END $$
"""
AFTER_PREVIOUS = """
    CREATE OR REPLACE TRIGGER mail_after_digest
    AFTER UPDATE OF state, tries, claimed_at, hand_over_at, started_at, sent_at, error, message_id
    ON digest FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND NEW.mail_id IS NOT NULL)
    EXECUTE FUNCTION mail_after_digest()
"""
TOLD_TO_PREVIOUS = """
    CREATE OR REPLACE FUNCTION digest_after_mail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE digest SET state = digest_state_of_mail(NEW.state), tries = NEW.tries,
            claimed_at = NEW.created_at, hand_over_at = NEW.next_try_at,
            started_at = NEW.started_at, sent_at = NEW.sent_at, error = NEW.error,
            message_id = NEW.message_id
        WHERE mail_id = NEW.id;
        RETURN NULL;
    END $$
"""
AFTER_MAIL = """
    CREATE OR REPLACE TRIGGER digest_after_mail
    AFTER UPDATE OF state, tries, created_at, next_try_at, started_at, sent_at, error
    ON outgoing_mail FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND NEW.kind = 'digest')
    EXECUTE FUNCTION digest_after_mail()
"""
WRITTEN_BEFORE = f"""
    WITH batch AS (
        SELECT * FROM digest WHERE id > :after AND mail_id IS NULL
        ORDER BY id LIMIT :many FOR UPDATE
    ), written AS (
        INSERT INTO outgoing_mail {COLUMNS}
        SELECT {VALUES.format("batch")} FROM batch JOIN member ON member.id = batch.member_id
        ON CONFLICT (key) DO UPDATE SET key = excluded.key
        RETURNING id, key
    ), linked AS (
        UPDATE digest SET mail_id = written.id
        FROM written JOIN batch
            ON written.key = concat('digest:', batch.member_id, ':', batch.period)
        WHERE digest.id = batch.id
    )
    SELECT max(id) FROM batch
"""
DEFAULTS = {
    "state": "'claimed'",
    "claimed_at": "now()",
    "hand_over_at": "now() + interval '5 minutes'",
    "tries": "0",
    "error": "''",
}


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("digest", "mail_id", "bigint")
    for column, default in DEFAULTS.items():
        online.execute(f"ALTER TABLE digest ALTER COLUMN {column} SET DEFAULT {default}")
    for statement in (TO_MAIL, TO_DIGEST, MAIL_OF_PREVIOUS, ON_PREVIOUS):
        online.execute(statement)
    for statement in (TOLD_BY_PREVIOUS, AFTER_PREVIOUS):
        online.execute(statement)
    online.write_in_batches(WRITTEN_BEFORE)
    online.create_index("ix_digest_mail_id", "digest", "mail_id", is_unique=True)
    online.add_constraint(
        "digest",
        "fk_digest_mail_id_outgoing_mail",
        "FOREIGN KEY (mail_id) REFERENCES outgoing_mail (id)",
    )
    online.add_constraint("digest", "ck_digest_mail_id", "CHECK (mail_id IS NOT NULL)")
    online.execute("ALTER TABLE digest ALTER COLUMN mail_id SET NOT NULL")
    online.drop_constraint("digest", "ck_digest_mail_id")
    for statement in (TOLD_TO_PREVIOUS, AFTER_MAIL):
        online.execute(statement)


def downgrade() -> None:
    """Take it back; the columns of `digest` are up to date."""
    for trigger, table in (
        ("mail_of_digest", "digest"),
        ("mail_after_digest", "digest"),
        ("digest_after_mail", "outgoing_mail"),
    ):
        online.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        online.execute(f"DROP FUNCTION IF EXISTS {trigger}")
    for function in ("mail_state_of_digest", "digest_state_of_mail"):
        online.execute(f"DROP FUNCTION IF EXISTS {function}")
    for column in DEFAULTS:
        online.execute(f"ALTER TABLE digest ALTER COLUMN {column} DROP DEFAULT")
    online.drop_column("digest", "mail_id")
    online.execute("DELETE FROM outgoing_mail WHERE kind = 'digest'")
