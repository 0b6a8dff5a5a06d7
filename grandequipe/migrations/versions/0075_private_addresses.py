"""Make of the keys of private calendars the private addresses of a member, for more purposes.

The previous code goes on reading and writing `calendar_key`, which is a view of those of calendars
until a later migration drops it.
"""

from grandequipe.migrations import online

revision = "0075"
down_revision = "0074"

# One statement, so that at each moment there is either the table or the view.
RENAMED = """
    DO $$ BEGIN
        IF to_regclass('private_address') IS NOT NULL THEN RETURN; END IF;
        ALTER TABLE calendar_key RENAME TO private_address;
        ALTER SEQUENCE calendar_key_id_seq RENAME TO private_address_id_seq;
        ALTER TABLE private_address
            RENAME CONSTRAINT pk_calendar_key TO pk_private_address;
        ALTER TABLE private_address
            RENAME CONSTRAINT uq_calendar_key_digest TO uq_private_address_digest;
        ALTER TABLE private_address RENAME CONSTRAINT fk_calendar_key_member_id_member
            TO fk_private_address_member_id_member;
        ALTER INDEX ix_calendar_key_member_id RENAME TO ix_private_address_member_id;
        ALTER TABLE private_address ADD COLUMN purpose varchar(40) DEFAULT 'calendar' NOT NULL;
        CREATE VIEW calendar_key AS
            SELECT id, member_id, digest, uniquifier, created_at, read_on
            FROM private_address WHERE purpose = 'calendar';
    END $$
"""
RENAMED_BACK = """
    DO $$ BEGIN
        IF to_regclass('private_address') IS NULL THEN RETURN; END IF;
        DROP VIEW IF EXISTS calendar_key;
        DELETE FROM private_address WHERE purpose <> 'calendar';
        ALTER TABLE private_address DROP COLUMN purpose;
        ALTER TABLE private_address RENAME TO calendar_key;
        ALTER SEQUENCE private_address_id_seq RENAME TO calendar_key_id_seq;
        ALTER TABLE calendar_key RENAME CONSTRAINT pk_private_address TO pk_calendar_key;
        ALTER TABLE calendar_key
            RENAME CONSTRAINT uq_private_address_digest TO uq_calendar_key_digest;
        ALTER TABLE calendar_key RENAME CONSTRAINT fk_private_address_member_id_member
            TO fk_calendar_key_member_id_member;
        ALTER INDEX ix_private_address_member_id RENAME TO ix_calendar_key_member_id;
    END $$
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.execute(RENAMED)
    online.add_constraint(
        "private_address", "ck_private_address_purpose", "CHECK (purpose IN ('calendar', 'feed'))"
    )


def downgrade() -> None:
    """Take it back; addresses of feeds end."""
    online.execute(RENAMED_BACK)
