"""Limit enumerations, counts and positions by CHECK constraints, and what one column asks of another.

The previous code writes nothing else. Rows that an older version may have left are mended first:
a role outlived its membership, a subscription has a date without a period.
"""

from grandequipe.migrations import online

revision = "0018"
down_revision = "0017"

MENDED = (
    "UPDATE membership SET role = 'member' WHERE role <> 'member' AND state <> 'active'",
    "UPDATE digest_subscription SET next_period ="
    " CASE WHEN next_due_at IS NOT NULL THEN 'day:' || to_char(next_due_at, 'YYYY-MM-DD') END"
    " WHERE (next_due_at IS NULL) <> (next_period IS NULL)",
)
ORGANISATION_KINDS = (
    "association",
    "social_centre",
    "local_authority",
    "landlord",
    "social_enterprise",
    "residents_council",
    "state_service",
    "other",
)
CHECKS = {
    "group": {
        "visibility": "visibility IN ('public', 'private', 'hidden')",
        "join_policy": "join_policy IN ('open', 'request', 'invite')",
        "posting_policy": "posting_policy IN ('members', 'moderated', 'moderators')",
        "member_count": "member_count >= 0",
    },
    "membership": {
        "role": "role IN ('owner', 'moderator', 'member')",
        "state": "state IN ('active', 'requested', 'invited', 'banned')",
        "level": "level IN ('all', 'mentions', 'digest', 'none')",
        "seen_position": "seen_position >= 0",
        "digested_position": "digested_position >= 0",
        "role_while_active": "role = 'member' OR state = 'active'",
    },
    "organisation": {"kind": f"kind IN {ORGANISATION_KINDS}"},
    "api_token": {"scopes": "string_to_array(scopes, ' ') <@ ARRAY['read', 'write']"},
    "theme": {
        "family": "family IN ('city_policy', 'social_economy')",
        "rank": "rank >= 0",
    },
    "territory": {"kind": "kind IN ('region', 'department', 'municipality')"},
    "idempotency_key": {
        "status": "status BETWEEN 100 AND 599",
        "body": "(status IS NULL) = (body IS NULL)",
    },
    "digest_subscription": {
        "frequency": "frequency IN ('daily', 'weekly', 'monthly', 'never')",
        "version": "version >= 0",
        "next_period": "(next_due_at IS NULL) = (next_period IS NULL)",
    },
    "notification": {"post_of_comment": "comment_id IS NULL OR post_id IS NOT NULL"},
    "stream": {"last_position": "last_position >= 0"},
    "event": {"position": "position >= 1", "version": "version >= 1"},
    "handler_failure": {"tries": "tries >= 0"},
}


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for statement in MENDED:
        online.execute(statement)
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            online.add_constraint(table, f"ck_{table}_{name}", f"CHECK ({rule})")


def downgrade() -> None:
    """Take it back."""
    for table, checks in CHECKS.items():
        for name in checks:
            online.drop_constraint(table, f"ck_{table}_{name}")
