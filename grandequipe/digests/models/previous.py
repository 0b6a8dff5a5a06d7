"""Columns of `digest` that only the previous release reads and writes, while both run.

Triggers keep them in step with `outgoing_mail` (migration 0017). They belong to no attribute of
Digest, and go with the triggers in the next release.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, String, Text, text

from grandequipe.digests.models.ledger import Digest
from grandequipe.extensions import minimum_check

_digest: Any = Digest.__table__

for column in (
    Column("state", String(40), nullable=False, server_default="claimed"),
    Column("claimed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("hand_over_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("started_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("tries", BigInteger, nullable=False, server_default="0"),
    Column("message_id", Text),
    Column("error", Text, nullable=False, server_default=""),
):
    _digest.append_column(column)

_digest.append_constraint(minimum_check("tries"))

Index(
    "ix_digest_unfinished",
    _digest.c.state,
    _digest.c.hand_over_at,
    postgresql_where=text("state IN ('claimed', 'sending', 'uncertain')"),
)
