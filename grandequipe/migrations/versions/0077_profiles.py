"""Keep what members add to their profiles, and whom they show each field; list those who want it.

Accounts that exist show what they showed before: role and organisation to everyone, the few words
and the picture to members. The previous code shows all of it as before. Triggers write the list in the
transaction of what changes it; nobody is listed before they choose.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from grandequipe.migrations import online

revision = "0077"
down_revision = "0076"

KNOWN = (
    "CHECK (audiences - ARRAY['job_title', 'organisation', 'bio', 'picture', 'territory', 'themes',"
    " 'languages', 'links', 'offers', 'seeks'] = '{}' AND NOT jsonb_path_exists(audiences,"
    """ '$.* ? (@ != "groups" && @ != "members" && @ != "everyone")'))"""
)
# As they were shown.
BEFORE = """
    WITH batch AS (
        SELECT id FROM member WHERE id > :after ORDER BY id LIMIT :many FOR NO KEY UPDATE
    ), written AS (
        UPDATE member SET audiences = jsonb_strip_nulls(jsonb_build_object(
            'job_title', CASE WHEN job_title <> '' THEN 'everyone' END,
            'organisation', CASE WHEN organisation_id IS NOT NULL THEN 'everyone' END,
            'bio', CASE WHEN bio <> '' THEN 'members' END,
            'picture', CASE WHEN picture_key IS NOT NULL THEN 'members' END
        ))
        FROM batch WHERE member.id = batch.id AND audiences = '{}'
    )
    SELECT max(id) FROM batch
"""


# The member's row is locked first: of two who change a profile at once, the second reads the first.
REFRESH = """
    CREATE OR REPLACE FUNCTION refresh_directory_entry(changed bigint) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM member_profile WHERE member_id = changed AND is_listed
            UNION ALL SELECT FROM directory_entry WHERE member_id = changed
        ) THEN
            RETURN;
        END IF;
        PERFORM FROM member WHERE id = changed FOR NO KEY UPDATE;
        IF NOT EXISTS (
            SELECT FROM member JOIN member_profile ON member_id = member.id
            WHERE member.id = changed AND is_listed AND active AND confirmed_at IS NOT NULL
        ) THEN
            DELETE FROM directory_entry WHERE member_id = changed;
            RETURN;
        END IF;
        WITH RECURSIVE told AS (
            SELECT member.*, member_profile.territory_code, member_profile.offers,
                member_profile.seeks, organisation.name AS organisation_name
            FROM member JOIN member_profile ON member_id = member.id
            LEFT JOIN organisation ON organisation.id = organisation_id
            WHERE member.id = changed
        ), places(code) AS (
            SELECT territory_code FROM told WHERE territory_code IS NOT NULL
            UNION
            SELECT territory.parent_code FROM places JOIN territory ON territory.code = places.code
            WHERE territory.parent_code IS NOT NULL
        ), themes(id) AS (
            SELECT theme_id FROM member_theme WHERE member_id = changed
            UNION
            SELECT theme.parent_id FROM themes JOIN theme ON theme.id = themes.id
            WHERE theme.parent_id IS NOT NULL
        ), labels(field, label) AS (
            SELECT 'territory', code FROM places
            UNION ALL SELECT 'themes', 'T' || id FROM themes
            UNION ALL SELECT 'organisation', 'O' || organisation_id FROM told
            WHERE organisation_id IS NOT NULL
        ), said(field, words) AS (
            SELECT 'job_title', job_title FROM told
            UNION ALL SELECT 'organisation', organisation_name::text FROM told
            UNION ALL SELECT 'offers', offers FROM told
            UNION ALL SELECT 'seeks', seeks FROM told
        )
        INSERT INTO directory_entry
            (member_id, sort_name, labels, group_labels, words, group_words)
        SELECT told.id, left(name_words(display_name), 60),
            ARRAY(SELECT label FROM labels WHERE audiences ->> field IN ('members', 'everyone')),
            ARRAY(SELECT label FROM labels WHERE audiences ->> field = 'groups'),
            name_words(concat_ws(' ', display_name, (
                SELECT string_agg(said.words, ' ') FROM said
                WHERE audiences ->> field IN ('members', 'everyone')
            ))),
            coalesce(name_words((
                SELECT string_agg(said.words, ' ') FROM said WHERE audiences ->> field = 'groups'
            )), '')
        FROM told
        ON CONFLICT (member_id) DO UPDATE SET sort_name = excluded.sort_name,
            labels = excluded.labels, group_labels = excluded.group_labels,
            words = excluded.words, group_words = excluded.group_words;
    END $$
"""
OF_MEMBER = """
    CREATE OR REPLACE FUNCTION directory_of_member() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM refresh_directory_entry(NEW.id);
        RETURN NULL;
    END $$
"""
ON_MEMBER = """
    CREATE OR REPLACE TRIGGER directory_of_member
    AFTER UPDATE OF display_name, job_title, organisation_id, audiences, active, confirmed_at
    ON member FOR EACH ROW EXECUTE FUNCTION directory_of_member()
"""
OF_PROFILE = """
    CREATE OR REPLACE FUNCTION directory_of_profile() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM refresh_directory_entry(CASE TG_OP WHEN 'DELETE' THEN OLD.member_id
            ELSE NEW.member_id END);
        RETURN NULL;
    END $$
"""
ON_PROFILE = """
    CREATE OR REPLACE TRIGGER directory_of_profile AFTER INSERT OR UPDATE OR DELETE
    ON member_profile FOR EACH ROW EXECUTE FUNCTION directory_of_profile()
"""
ON_THEMES = """
    CREATE OR REPLACE TRIGGER directory_of_themes AFTER INSERT OR DELETE
    ON member_theme FOR EACH ROW EXECUTE FUNCTION directory_of_profile()
"""
OF_ORGANISATION = """
    CREATE OR REPLACE FUNCTION directory_of_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM refresh_directory_entry(id) FROM member
        WHERE organisation_id = NEW.id ORDER BY id;
        RETURN NULL;
    END $$
"""
ON_ORGANISATION = """
    CREATE OR REPLACE TRIGGER directory_of_organisation AFTER UPDATE OF name
    ON organisation FOR EACH ROW WHEN (OLD.name <> NEW.name)
    EXECUTE FUNCTION directory_of_organisation()
"""
OF_LABEL = """
    CREATE OR REPLACE FUNCTION directory_of_theme() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM refresh_directory_entry(member_id) FROM (
            SELECT DISTINCT member_id FROM member_theme JOIN theme ON theme.id = theme_id
            WHERE theme.id = NEW.id OR theme.parent_id = NEW.id ORDER BY member_id
        ) AS concerned;
        RETURN NULL;
    END $$
"""
ON_LABEL = """
    CREATE OR REPLACE TRIGGER directory_of_theme AFTER UPDATE OF parent_id ON theme FOR EACH ROW
    WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION directory_of_theme()
"""
TRIGGERS = {
    "directory_of_member": "member",
    "directory_of_profile": "member_profile",
    "directory_of_themes": "member_theme",
    "directory_of_organisation": "organisation",
    "directory_of_theme": "theme",
}


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("member", "audiences", "jsonb NOT NULL DEFAULT '{}'::jsonb")
    online.write_in_batches(BEFORE)
    online.add_constraint("member", "ck_member_audiences", KNOWN)
    op.create_table(
        "profile_revision",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_profile_revision_one")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_profile_revision_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_revision")),
        if_not_exists=True,
    )
    online.execute("INSERT INTO profile_revision (id) VALUES (1) ON CONFLICT DO NOTHING")
    no, empty = sa.text("false"), "{}"
    op.create_table(
        "member_profile",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("territory_code", sa.Text(), nullable=True),
        sa.Column("offers", sa.Text(), server_default="", nullable=False),
        sa.Column("seeks", sa.Text(), server_default="", nullable=False),
        sa.Column("links", postgresql.ARRAY(sa.Text()), server_default=empty, nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=empty, nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("receives_messages", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("wants_introductions", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("answers_questions", sa.Boolean(), server_default=no, nullable=False),
        sa.CheckConstraint("cardinality(links) <= 5", name=op.f("ck_member_profile_links")),
        sa.CheckConstraint(
            "cardinality(languages) <= 10", name=op.f("ck_member_profile_languages")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_member_profile_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["territory_code"],
            ["territory.code"],
            name=op.f("fk_member_profile_territory_code_territory"),
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_profile")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_member_profile_territory_code",
        "member_profile",
        "territory_code",
        "territory_code IS NOT NULL",
    )
    op.create_table(
        "member_theme",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("theme_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member_profile.member_id"],
            name=op.f("fk_member_theme_member_id_member_profile"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"],
            ["theme.id"],
            name=op.f("fk_member_theme_theme_id_theme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "theme_id", name=op.f("pk_member_theme")),
        if_not_exists=True,
    )
    online.create_index("ix_member_theme_theme_id", "member_theme", "theme_id")
    _list_members()


def _list_members() -> None:
    op.create_table(
        "directory_entry",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("sort_name", sa.Text(collation="C"), nullable=False),
        sa.Column("labels", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("group_labels", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("group_words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_directory_entry_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_directory_entry")),
        if_not_exists=True,
    )
    online.create_index("ix_directory_entry_name", "directory_entry", "sort_name, member_id")
    for name, classes in (
        ("labels", ""),
        ("group_labels", ""),
        ("words", "gin_trgm_ops"),
        ("group_words", "gin_trgm_ops"),
    ):
        online.execute(
            f"CREATE INDEX IF NOT EXISTS ix_directory_entry_{name} ON directory_entry"
            f" USING gin ({name} {classes})"
        )
    for statement in (
        REFRESH, OF_MEMBER, ON_MEMBER, OF_PROFILE, ON_PROFILE, ON_THEMES, OF_ORGANISATION,
        ON_ORGANISATION, OF_LABEL, ON_LABEL,
    ):  # fmt: skip
        online.execute(statement)


def downgrade() -> None:
    """Take it back; profiles are shown as they were before audiences."""
    for name, table in TRIGGERS.items():
        online.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    for name in ("member", "profile", "organisation", "theme"):
        online.execute(f"DROP FUNCTION IF EXISTS directory_of_{name}()")
    online.execute("DROP FUNCTION IF EXISTS refresh_directory_entry(bigint)")
    op.drop_table("directory_entry", if_exists=True)
    op.drop_table("member_theme", if_exists=True)
    op.drop_table("member_profile", if_exists=True)
    op.drop_table("profile_revision", if_exists=True)
    online.drop_column("member", "audiences")
