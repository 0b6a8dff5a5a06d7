"""Reading previews; whether a picture may be shown is asked of `link_previews.policies`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.link_previews.models import LinkPreview, LinkReference


def list_previews(subject_type: str, subject_id: int) -> Sequence[LinkPreview]:
    """List the previews of what a subject refers to, those with something to show."""
    return db.session.scalars(
        select(LinkPreview)
        .join(LinkReference, LinkReference.preview_id == LinkPreview.id)
        .where(
            LinkReference.subject_type == subject_type,
            LinkReference.subject_id == subject_id,
            LinkPreview.title != "",
        )
        .order_by(LinkReference.position)
    ).all()


def find_preview(preview_id: int) -> LinkPreview | None:
    """Find a preview; the caller that shows its picture asks the policy."""
    return db.session.get(LinkPreview, preview_id)


def list_references(preview_id: int) -> Sequence[LinkReference]:
    """List what refers to the address of a preview."""
    query = select(LinkReference).where(LinkReference.preview_id == preview_id)
    return db.session.scalars(query).all()


def has_due(now: datetime) -> bool:
    """Return whether a page waits to be fetched."""
    due = select(LinkPreview.id).where(LinkPreview.fetch_after <= now).limit(1)
    return db.session.scalar(due) is not None
