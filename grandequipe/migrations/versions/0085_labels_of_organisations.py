"""Make organisations labels of the posts in their name, and notify of who belongs to one.

The previous code runs beside: it writes posts in nobody's name but the author's.
"""

from grandequipe.migrations import online

revision = "0085"
down_revision = "0084"

ABOVE = """(
            SELECT code, parent_code FROM territory WHERE parent_code IS NOT NULL
            UNION ALL SELECT territory_code, parent_code FROM territory_parent
        )"""
# As before, with the organisation in whose name a post is.
LISTED = """
    CREATE OR REPLACE FUNCTION write_placement_labels(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        WITH RECURSIVE places(post_id, code) AS (
            SELECT post_id, territory_code FROM post_territory WHERE post_id = ANY (posts)
            UNION
            SELECT places.post_id, above.parent_code
            FROM places JOIN {above} AS above ON above.code = places.code
        ), labels(post_id, label) AS (
            SELECT post_id, code FROM places
            UNION
            SELECT post_id, 'T' || theme_id FROM post_theme WHERE post_id = ANY (posts)
            UNION
            SELECT post_id, 'T' || theme.parent_id
            FROM post_theme JOIN theme ON theme.id = theme_id
            WHERE post_id = ANY (posts) AND theme.parent_id IS NOT NULL{in_name_of}
        ), wanted AS (
            SELECT labels.label, placement.id AS placement_id, placement.post_id, placement.kind,
                placement.published_at
            FROM placement JOIN labels ON labels.post_id = placement.post_id
            WHERE placement.post_id = ANY (posts) AND placement.status = 'published'
        ), gone AS (
            DELETE FROM placement_label
            WHERE placement_id IN (SELECT id FROM placement WHERE post_id = ANY (posts))
                AND NOT EXISTS (
                    SELECT FROM wanted WHERE wanted.label = placement_label.label
                        AND wanted.placement_id = placement_label.placement_id
                )
        )
        INSERT INTO placement_label (label, placement_id, post_id, kind, published_at)
        SELECT label, placement_id, post_id, kind, published_at FROM wanted
        ON CONFLICT (label, placement_id) DO UPDATE SET published_at = excluded.published_at
        WHERE placement_label.published_at <> excluded.published_at;
    END $$
"""
IN_NAME_OF = """
            UNION
            SELECT id, 'O' || organisation_id FROM post
            WHERE id = ANY (posts) AND organisation_id IS NOT NULL"""
OF_POST = """
    CREATE OR REPLACE FUNCTION labels_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_placement_labels(ARRAY[NEW.id]);
        RETURN NULL;
    END $$
"""
ON_POST = """
    CREATE OR REPLACE TRIGGER labels_of_post AFTER UPDATE OF organisation_id ON post FOR EACH ROW
    WHEN (NEW.organisation_id IS DISTINCT FROM OLD.organisation_id)
    EXECUTE FUNCTION labels_of_post()
"""
KINDS = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_returned", "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
    "draft_not_published", "mention", "comment_on_followed_post", "reminder", "announcement",
    "report_filed", "report_answered", "appeal_filed", "appeal_decided", "decision_made",
    "site_case", "charter_changed", "welcomed", "request_message", "request_reply",
    "group_archived", "group_reopened", "group_closing", "group_kept", "ownership_offered",
    "ownership_answered", "admin_promoted", "admin_demoted", "account_confirmed",
    "account_email_changed", "account_signed_out", "account_reinstated", "group_approved",
    "group_refused", "group_transferred", "comment_pending", "comment_approved",
    "webinar_reminder", "webinar_moved", "webinar_cancelled", "webinar_reinstated",
    "collection_extended", "resource_review", "resource_outdated", "address_dead",
    "experience_asked",
)  # fmt: skip
NEW_KINDS = (
    "belonging_stated", "belonging_confirmed", "belonging_refused", "managing_begun",
    "managing_ended", "organisation_claimed",
)  # fmt: skip
ONE = "CHECK (num_nonnulls(theme_id, territory_code{more}) = 1)"
LABEL = "CHECK (label = coalesce('T' || theme_id, territory_code{more}))"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("post", "organisation_id", "bigint")
    online.add_constraint(
        "post",
        "fk_post_organisation_id_organisation",
        "FOREIGN KEY (organisation_id) REFERENCES organisation (id)",
    )
    online.create_index(
        "ix_post_organisation_id", "post", "organisation_id", "organisation_id IS NOT NULL"
    )
    online.add_column("label_follow", "organisation_id", "bigint")
    online.add_constraint(
        "label_follow",
        "fk_label_follow_organisation_id_organisation",
        "FOREIGN KEY (organisation_id) REFERENCES organisation (id) ON DELETE CASCADE",
    )
    online.create_index("ix_label_follow_organisation_id", "label_follow", "organisation_id")
    _set_rules(", organisation_id", ", 'O' || organisation_id")
    online.execute(LISTED.format(above=ABOVE, in_name_of=IN_NAME_OF))
    online.execute(OF_POST)
    online.execute(ON_POST)
    _allow_kinds((*KINDS, *NEW_KINDS))


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("notification", "stopped_mail"):
        online.drop_constraint(table, f"ck_{table}_kind")
        online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def _set_rules(more: str, key: str) -> None:
    for name, rule in (("one", ONE.format(more=more)), ("label", LABEL.format(more=key))):
        online.drop_constraint("label_follow", f"ck_label_follow_{name}")
        online.add_constraint("label_follow", f"ck_label_follow_{name}", rule)


def downgrade() -> None:
    """Take it back; what members follow of organisations is forgotten."""
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW_KINDS))
    _allow_kinds(KINDS)
    online.execute("DROP TRIGGER IF EXISTS labels_of_post ON post")
    online.execute("DROP FUNCTION IF EXISTS labels_of_post()")
    online.execute(LISTED.format(above=ABOVE, in_name_of=""))
    online.execute("DELETE FROM placement_label WHERE label LIKE 'O%'", wait=online.WITHOUT_END)
    online.execute("DELETE FROM label_follow WHERE organisation_id IS NOT NULL")
    _set_rules("", "")
    online.drop_column("label_follow", "organisation_id")
    online.drop_column("post", "organisation_id")
