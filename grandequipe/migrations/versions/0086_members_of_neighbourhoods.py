"""Find the members of a QPV under each of its communes, as posts are.

The previous code runs beside: it reads the same index of the directory.
"""

from grandequipe.migrations import online

revision = "0086"
down_revision = "0085"

ABOVE = """(
                SELECT code, parent_code FROM territory WHERE parent_code IS NOT NULL
                UNION ALL SELECT territory_code, parent_code FROM territory_parent
            )"""
BEFORE = "(SELECT code, parent_code FROM territory WHERE parent_code IS NOT NULL)"
# As before, but for where the territories above one are found.
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
            SELECT above.parent_code FROM places JOIN {above} AS above ON above.code = places.code
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
OF_MEMBERS = """
    DO $$
    DECLARE one bigint;
    BEGIN
        FOR one IN
            SELECT member_id FROM member_profile WHERE territory_code IN (
                SELECT territory_code FROM territory_parent
            ) ORDER BY member_id
        LOOP
            PERFORM refresh_directory_entry(one);
        END LOOP;
    END $$
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.execute(REFRESH.format(above=ABOVE))
    online.execute(OF_MEMBERS)


def downgrade() -> None:
    """Take it back."""
    online.execute(REFRESH.format(above=BEFORE))
