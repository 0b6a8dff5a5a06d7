"""Keep what can be searched in one table, written by triggers in the transaction of the change.

French words are compared without accents, feminine participles and inclusive endings; English posts
by their own language. The previous code runs beside: triggers index what it writes. What is there
already is indexed some at a time, each post under its lock.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from grandequipe.migrations import online

revision = "0082"
down_revision = "0081"

TYPES = "subject_type IN ('post', 'comment', 'group', 'member', 'organisation')"
CONFIGURATIONS = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_ts_dict WHERE dictname = 'search_french_stop') THEN
            CREATE TEXT SEARCH DICTIONARY search_french_stop
                (TEMPLATE = simple, STOPWORDS = french, ACCEPT = false);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'search_french') THEN
            CREATE TEXT SEARCH CONFIGURATION search_french (COPY = french);
            ALTER TEXT SEARCH CONFIGURATION search_french
                ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
                WITH search_french_stop, unaccent, french_stem;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'search_english') THEN
            CREATE TEXT SEARCH CONFIGURATION search_english (COPY = english);
            ALTER TEXT SEARCH CONFIGURATION search_english
                ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
                WITH unaccent, english_stem;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'search_plain') THEN
            CREATE TEXT SEARCH CONFIGURATION search_plain (COPY = simple);
            ALTER TEXT SEARCH CONFIGURATION search_plain
                ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
                WITH unaccent, simple;
        END IF;
    END $$
"""
# Inclusive endings after a point, a stroke or a parenthesis; after a hyphen only those that no
# verb has ("prends-le"). Then "évaluées" is read as "évalué", and "les", no stop word there, goes.
ENDINGS = (
    "e|es|ne|nes|le|les|te|tes|se|ses|ve|ves|re|res|ère|ères|ice|ices|rice|rices|trice|trices"
    "|euse|euses|esse|esses|ienne|iennes|enne|ennes|elle|elles|eure|eures|ive|ives|lle|lles|fe|fes"
    "|que|ques"
)
FOLD = f"""
    CREATE OR REPLACE FUNCTION search_fold(said text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(
            translate(lower(said), U&'\\2019\\2018\\02BC\\00A0\\202F\\2010\\2011\\00AD\\200B\\200D', '''''''  --'),
            '([[:alpha:]]{{2,}})[·•⋅‧∙.(/]({ENDINGS})([·•⋅‧∙.]s)?\\M\\)?s?\\M', '\\1', 'g'),
            '([[:alpha:]]{{3,}})-(({ENDINGS})-s|es?)\\M', '\\1', 'g'),
            '([[:alpha:]]{{2,}})[ée]es?\\M', '\\1é', 'g'),
            './_-\\', '     '),
            '\\mles\\M', ' ', 'g')
    $$
"""
TEXT_OF_HTML = """
    CREATE OR REPLACE FUNCTION search_text(html text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT replace(regexp_replace(regexp_replace(coalesce(html, ''), '<[^>]*>', ' ', 'g'),
            '&(nbsp|lt|gt|quot|#39);', ' ', 'g'), '&amp;', '&')
    $$
"""
CONFIG = """
    CREATE OR REPLACE FUNCTION search_config(language text) RETURNS regconfig
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT CASE
            WHEN language IS NULL OR language ~ '^fr(-|$)' THEN 'search_french'::regconfig
            WHEN language ~ '^en(-|$)' THEN 'search_english'::regconfig
            ELSE 'search_plain'::regconfig END
    $$
"""
# Beside its stems each word stands as it is written, without accents and after "=": what somebody
# begins to type is the beginning of these.
FORMS = """
    CREATE OR REPLACE FUNCTION search_forms(folded text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT array_to_tsvector(coalesce(array_agg('=' || word), '{}'))
        FROM unnest(tsvector_to_array(to_tsvector('search_plain', folded))) AS word
        WHERE word ~ '^[[:alpha:]]{2,40}$'
    $$
"""
PREFIX = """
    CREATE OR REPLACE FUNCTION search_prefix(typed text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT coalesce(
            string_agg(quote_literal('=' || word) || ':*', ' & '), '')::tsquery
        FROM unnest(tsvector_to_array(to_tsvector('search_plain', search_fold(typed)))) AS word
        WHERE word ~ '^[[:alpha:]]+$'
    $$
"""
# No unique rule: two who write the same new word at once do not wait for each other.
LEARN = """
    CREATE OR REPLACE FUNCTION search_learn(folded text[]) RETURNS void
    LANGUAGE sql AS $$
        INSERT INTO search_word (word, plain)
        SELECT DISTINCT ON (plain) word, plain FROM (
            SELECT word, unaccent(word) AS plain
            FROM unnest(folded) AS text, unnest(tsvector_to_array(to_tsvector('simple', text))) AS word
            WHERE word ~ '^[[:alpha:]]{4,30}$'
        ) AS words
        WHERE NOT EXISTS (SELECT FROM search_word AS known WHERE known.plain = words.plain)
        ORDER BY plain, word DESC
    $$
"""
LONGEST = 250_000
WRITE_POSTS = f"""
    CREATE OR REPLACE FUNCTION search_write_posts(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE folded text[];
    BEGIN
        PERFORM FROM post WHERE id = ANY (posts) ORDER BY id FOR NO KEY UPDATE;
        DELETE FROM search_entry WHERE post_id = ANY (posts) AND subject_type = 'post';
        WITH said AS MATERIALIZED (
            SELECT post.id, post.kind, post.author_id, post.resource_type, post.licence,
                post.language, search_config(post.language) AS config,
                search_fold(post.title) AS title,
                search_fold(left(concat_ws(' ', search_text(post.body_html), post.publisher,
                    post.funder, post.partners, post.contact, webinar.speakers, webinar.venue
                ), {LONGEST})) AS body,
                search_fold((
                    SELECT left(string_agg(file_text.content, ' '), {LONGEST})
                    FROM file_claim JOIN file_text USING (file_id)
                    WHERE file_claim.subject_type = 'post' AND file_claim.subject_id = post.id
                )) AS attached
            FROM post LEFT JOIN webinar ON webinar.post_id = post.id
            WHERE post.id = ANY (posts) AND EXISTS (
                SELECT FROM placement
                WHERE placement.post_id = post.id AND status = 'published' AND listed
            )
        ), words AS MATERIALIZED (
            SELECT id, kind, author_id, resource_type, licence, language,
                to_tsvector(config, title) || search_forms(title) AS title,
                setweight(to_tsvector(config, title), 'A')
                    || setweight(to_tsvector(config, body), 'C')
                    || setweight(to_tsvector(config, coalesce(attached, '')), 'D')
                    || search_forms(left(concat_ws(' ', title, body, attached), {LONGEST})) AS words
            FROM said
        ), written AS (
            INSERT INTO search_entry (subject_type, subject_id, post_id, group_id, earlier, kind,
                labels, author_id, resource_type, licence, published_at, language, title, words)
            SELECT 'post', words.id, words.id, placement.group_id,
                search_earlier(placement), words.kind, search_labels(placement.id),
                words.author_id, words.resource_type, words.licence, placement.published_at,
                words.language, words.title, words.words
            FROM words JOIN placement ON placement.post_id = words.id
            WHERE placement.status = 'published' AND placement.listed
        )
        SELECT array_agg(left(concat_ws(' ', title, body, attached), {LONGEST})) INTO folded FROM said;
        PERFORM search_learn(folded);
    END $$
"""
WRITE_COMMENTS = """
    CREATE OR REPLACE FUNCTION search_write_comments(comments bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE folded text[];
    BEGIN
        DELETE FROM search_entry WHERE subject_type = 'comment' AND subject_id = ANY (comments);
        WITH said AS MATERIALIZED (
            SELECT comment.id, comment.post_id, comment.author_id, comment.created_at,
                comment.language, search_fold(search_text(comment.body_html)) AS body
            FROM comment WHERE comment.id = ANY (comments) AND comment.removed_at IS NULL
        ), words AS MATERIALIZED (
            SELECT id, post_id, author_id, created_at, language,
                setweight(to_tsvector(search_config(language), body), 'C')
                    || search_forms(body) AS words
            FROM said
        ), written AS (
            INSERT INTO search_entry (subject_type, subject_id, post_id, group_id, earlier, kind,
                labels, author_id, published_at, language, title, words)
            SELECT 'comment', words.id, words.post_id, placement.group_id,
                search_earlier(placement), placement.kind, search_labels(placement.id),
                words.author_id, words.created_at, words.language, '', words.words
            FROM words JOIN placement ON placement.post_id = words.post_id
            WHERE placement.status = 'published'
        )
        SELECT array_agg(body) INTO folded FROM said;
        PERFORM search_learn(folded);
    END $$
"""
EARLIER = """
    CREATE OR REPLACE FUNCTION search_earlier(one placement) RETURNS bigint[]
    LANGUAGE sql STABLE AS $$
        SELECT coalesce(array_agg(group_id), '{}') FROM placement
        WHERE post_id = one.post_id AND status = 'published'
            AND (published_at, id) < (one.published_at, one.id)
    $$
"""
LABELS = """
    CREATE OR REPLACE FUNCTION search_labels(placement bigint) RETURNS text[]
    LANGUAGE sql STABLE AS $$
        SELECT coalesce(array_agg(label ORDER BY label), '{}') FROM placement_label
        WHERE placement_id = placement
    $$
"""
WRITE_GROUPS = """
    CREATE OR REPLACE FUNCTION search_write_groups(groups bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_entry WHERE subject_type = 'group' AND subject_id = ANY (groups);
        INSERT INTO search_entry (subject_type, subject_id, group_id, published_at, language,
            title, words)
        SELECT 'group', id, id, created_at, language,
            to_tsvector(search_config(language), search_fold(name)) || search_forms(search_fold(name)),
            setweight(to_tsvector(search_config(language), search_fold(name)), 'A')
                || setweight(to_tsvector(search_config(language), search_fold(description)), 'C')
                || search_forms(search_fold(name || ' ' || description))
        FROM "group" WHERE id = ANY (groups);
        PERFORM search_learn(array_agg(search_fold(name || ' ' || description)))
        FROM "group" WHERE id = ANY (groups);
    END $$
"""
# One entry for each field of a profile, so that each is found by those who are shown it; a name
# and a field are found together.
WRITE_MEMBERS = """
    CREATE OR REPLACE FUNCTION search_write_members(members bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_entry WHERE subject_type = 'member' AND subject_id = ANY (members);
        INSERT INTO search_entry (subject_type, subject_id, field, published_at, language, title,
            words)
        SELECT 'member', id, field, created_at, written_in,
            CASE WHEN field = '' THEN to_tsvector('search_plain', name) || search_forms(name) ELSE '' END,
            setweight(to_tsvector('search_plain', name), 'A')
                || setweight(to_tsvector(search_config(written_in), search_fold(said)), 'C')
                || search_forms(name || ' ' || search_fold(said))
        FROM member, search_fold(display_name) AS name, LATERAL (
            VALUES ('', NULL, ''), ('job_title', NULL, job_title), ('bio', bio_language, bio)
        ) AS fields (field, written_in, said)
        WHERE id = ANY (members) AND active AND confirmed_at IS NOT NULL
            AND (field = '' OR said <> '');
        PERFORM search_learn(array_agg(search_fold(concat_ws(' ', display_name, job_title, bio))))
        FROM member WHERE id = ANY (members) AND active AND confirmed_at IS NOT NULL;
    END $$
"""
WRITE_ORGANISATIONS = """
    CREATE OR REPLACE FUNCTION search_write_organisations(organisations bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_entry
        WHERE subject_type = 'organisation' AND subject_id = ANY (organisations);
        INSERT INTO search_entry (subject_type, subject_id, organisation_id, published_at, title,
            words)
        SELECT 'organisation', id, id, now(),
            to_tsvector('search_french', folded) || search_forms(folded),
            setweight(to_tsvector('search_french', folded), 'A') || search_forms(folded)
        FROM organisation, search_fold(name::text) AS folded
        WHERE id = ANY (organisations) AND merged_into_id IS NULL;
        PERFORM search_learn(array_agg(search_fold(name::text)))
        FROM organisation WHERE id = ANY (organisations) AND merged_into_id IS NULL;
    END $$
"""


def _trigger(function: str, body: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {body}
            RETURN NULL;
        END $$
    """


# Who comments holds the placements of the post meanwhile: what a moderator takes away at the same
# moment takes the comment along.
OF_TRIGGERS = (
    _trigger("search_of_post", "PERFORM search_write_posts(ARRAY[NEW.id]);"),
    _trigger("search_of_webinar", "PERFORM search_write_posts(ARRAY[NEW.post_id]);"),
    _trigger(
        "search_of_placed",
        """
            PERFORM search_write_placed(array_agg(DISTINCT post_id)) FROM changed
            WHERE status = 'published' HAVING count(*) > 0;
        """,
    ),
    _trigger(
        "search_of_moved",
        """
            PERFORM search_write_placed(array_agg(DISTINCT moved.post_id))
            FROM moved JOIN unmoved ON unmoved.id = moved.id
            WHERE (moved.status = 'published') <> (unmoved.status = 'published')
                OR moved.status = 'published' AND (
                    moved.published_at IS DISTINCT FROM unmoved.published_at
                    OR moved.listed <> unmoved.listed
                )
            HAVING count(*) > 0;
        """,
    ),
    _trigger(
        "search_of_labelled",
        """
            UPDATE search_entry SET labels = search_labels(placement.id)
            FROM placement
            WHERE placement.id IN (SELECT placement_id FROM changed)
                AND search_entry.post_id = placement.post_id
                AND search_entry.group_id = placement.group_id;
        """,
    ),
    _trigger(
        "search_of_claimed",
        """
            PERFORM search_write_posts(array_agg(DISTINCT changed.subject_id))
            FROM changed JOIN file_text USING (file_id)
            WHERE changed.subject_type = 'post' HAVING count(*) > 0;
        """,
    ),
    _trigger(
        "search_of_file_text",
        """
            PERFORM search_write_posts(array_agg(DISTINCT file_claim.subject_id))
            FROM changed JOIN file_claim USING (file_id)
            WHERE file_claim.subject_type = 'post' HAVING count(*) > 0;
        """,
    ),
    _trigger(
        "search_of_comment",
        """
            PERFORM FROM placement WHERE post_id = NEW.post_id ORDER BY id FOR SHARE;
            PERFORM search_write_comments(ARRAY[NEW.id]);
        """,
    ),
    _trigger("search_of_group", "PERFORM search_write_groups(ARRAY[NEW.id]);"),
    _trigger("search_of_member", "PERFORM search_write_members(ARRAY[NEW.id]);"),
    _trigger("search_of_organisation", "PERFORM search_write_organisations(ARRAY[NEW.id]);"),
    _trigger(
        "search_of_deleted",
        "DELETE FROM search_entry WHERE subject_type = TG_TABLE_NAME AND subject_id = OLD.id;",
    ),
)
WRITE_PLACED = """
    CREATE OR REPLACE FUNCTION search_write_placed(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_write_posts(posts);
        PERFORM search_write_comments(array_agg(id)) FROM comment
        WHERE post_id = ANY (posts) HAVING count(*) > 0;
    END $$
"""
# What `search rebuild` does of some posts: nobody changes these and their comments meanwhile.
REBUILD_POSTS = """
    CREATE OR REPLACE FUNCTION search_rebuild_posts(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM post WHERE id = ANY (posts) ORDER BY id FOR NO KEY UPDATE;
        PERFORM FROM comment WHERE post_id = ANY (posts) ORDER BY id FOR NO KEY UPDATE;
        PERFORM search_write_placed(posts);
    END $$
"""
FUNCTIONS = (
    FOLD, TEXT_OF_HTML, CONFIG, FORMS, PREFIX, LEARN, EARLIER, LABELS, WRITE_POSTS, WRITE_COMMENTS,
    WRITE_PLACED, REBUILD_POSTS, WRITE_GROUPS, WRITE_MEMBERS, WRITE_ORGANISATIONS, *OF_TRIGGERS,
)  # fmt: skip
FUNCTION_NAMES = (
    "search_fold", "search_text", "search_config", "search_forms", "search_prefix", "search_learn",
    "search_earlier", "search_labels", "search_write_posts", "search_write_comments",
    "search_write_placed", "search_rebuild_posts", "search_write_groups", "search_write_members",
    "search_write_organisations", "search_of_post", "search_of_webinar", "search_of_placed",
    "search_of_moved", "search_of_labelled", "search_of_claimed", "search_of_file_text",
    "search_of_comment", "search_of_group", "search_of_member", "search_of_organisation",
    "search_of_deleted",
)  # fmt: skip


def _for_rows(table: str, columns: str, *, inserted: bool) -> str:
    """Write the text of a trigger for each row whose columns changed."""
    named = table.strip('"')
    changed = " OR ".join(f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in columns.split(", "))
    trigger = (
        f"CREATE OR REPLACE TRIGGER search_{named}_update AFTER UPDATE OF {columns} ON {table}"
        f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION search_of_{named}()"
    )
    if not inserted:
        return trigger
    return (
        f"CREATE OR REPLACE TRIGGER search_{named}_insert AFTER INSERT ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION search_of_{named}(); {trigger}"
    )


def _for_statements(table: str, verb: str, rows: str, function: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER search_{table}_{verb.lower()} AFTER {verb} ON {table}"
        f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


_BOTH = "OLD TABLE AS unmoved NEW TABLE AS moved"
TRIGGERS = (
    _for_rows(
        "post",
        "title, body_html, language, publisher, funder, partners, contact, resource_type, licence",
        inserted=False,
    ),
    _for_rows("webinar", "speakers, venue", inserted=True),
    _for_statements("placement", "INSERT", "NEW TABLE AS changed", "search_of_placed"),
    _for_statements("placement", "UPDATE", _BOTH, "search_of_moved"),
    _for_statements("placement", "DELETE", "OLD TABLE AS changed", "search_of_placed"),
    _for_statements("placement_label", "INSERT", "NEW TABLE AS changed", "search_of_labelled"),
    _for_statements("placement_label", "DELETE", "OLD TABLE AS changed", "search_of_labelled"),
    _for_statements("file_claim", "INSERT", "NEW TABLE AS changed", "search_of_claimed"),
    _for_statements("file_claim", "DELETE", "OLD TABLE AS changed", "search_of_claimed"),
    _for_statements("file_text", "INSERT", "NEW TABLE AS changed", "search_of_file_text"),
    _for_statements("file_text", "UPDATE", "NEW TABLE AS changed", "search_of_file_text"),
    _for_statements("file_text", "DELETE", "OLD TABLE AS changed", "search_of_file_text"),
    _for_rows("comment", "body_html, language, removed_at", inserted=True),
    _for_rows('"group"', "name, description, language", inserted=True),
    _for_rows(
        "member", "display_name, job_title, bio, bio_language, active, confirmed_at", inserted=True
    ),
    _for_rows("organisation", "name, merged_into_id", inserted=True),
    *(
        f"CREATE OR REPLACE TRIGGER search_{table}_delete AFTER DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION search_of_deleted()"
        for table in ("comment", "member", "organisation")
    ),
)
TRIGGER_TABLES = {
    "post": ("update",),
    "webinar": ("insert", "update"),
    "placement": ("insert", "update", "delete"),
    "placement_label": ("insert", "delete"),
    "file_claim": ("insert", "delete"),
    "file_text": ("insert", "update", "delete"),
    "comment": ("insert", "update", "delete"),
    "group": ("insert", "update"),
    "member": ("insert", "update", "delete"),
    "organisation": ("insert", "update", "delete"),
}


def _fill(table: str, function: str) -> str:
    return f"""
        WITH batch AS (
            SELECT id FROM "{table}" WHERE id > :after ORDER BY id LIMIT least(:many, 200)
            FOR NO KEY UPDATE
        ), written AS MATERIALIZED (
            SELECT {function}(array_agg(id)) FROM batch
        )
        SELECT max(id) FROM batch CROSS JOIN written
    """


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "earlier", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("labels", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("resource_type", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("title", postgresql.TSVECTOR(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint(TYPES, name=op.f("ck_search_entry_subject_type")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_search_entry_post_id_post"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_search_entry_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        if_not_exists=True,
    )
    op.create_table(
        "search_word",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        if_not_exists=True,
    )
    for name, columns in (
        ("post_id", "post_id, group_id"),
        ("group_id", "group_id, published_at"),
        ("subject", "subject_type, subject_id"),
        ("newest", "published_at, id"),
    ):
        online.create_index(f"ix_search_entry_{name}", "search_entry", columns)
    online.create_index("ix_search_word_plain", "search_word", "plain")
    for name, table, column in (
        ("ix_search_entry_title", "search_entry", "title"),
        ("ix_search_entry_words", "search_entry", "words"),
        ("ix_search_word_trigrams", "search_word", "plain gin_trgm_ops"),
    ):
        options = " WITH (fastupdate = off)" if table == "search_entry" else ""
        online.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({column}){options}"
        )
    for column in ("title", "words"):
        online.execute(f"ALTER TABLE search_entry ALTER {column} SET STATISTICS 1000")
    online.execute(CONFIGURATIONS)
    for statement in (*FUNCTIONS, *TRIGGERS):
        online.execute(statement)
    for table, function in (
        ("organisation", "search_write_organisations"),
        ("member", "search_write_members"),
        ("group", "search_write_groups"),
        ("post", "search_rebuild_posts"),
    ):
        online.write_in_batches(_fill(table, function))
    online.execute("ANALYZE search_entry", wait=online.WITHOUT_END)


def downgrade() -> None:
    """Take it back; search is made anew from what is there."""
    for table, verbs in TRIGGER_TABLES.items():
        for verb in verbs:
            online.execute(f'DROP TRIGGER IF EXISTS search_{table}_{verb} ON "{table}"')
    for name in reversed(FUNCTION_NAMES):
        online.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
    for table in ("search_word", "search_entry"):
        online.execute(f"DROP TABLE IF EXISTS {table}")
    for name in ("french", "english", "plain"):
        online.execute(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS search_{name}")
    online.execute("DROP TEXT SEARCH DICTIONARY IF EXISTS search_french_stop")
