"""What a page of the web says of itself, kept once for an address, and what refers to it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, minimum_check

# Of the links in a text.
MOST_LINKS = 3


class Subject(NamedTuple):
    """What refers to addresses: a registered type, and an id."""

    type: str
    id: int


class LinkPreview(Model):
    """The preview of the page at an address, in its usual form (`core.fetching.normalised`).

    Without a title there is nothing to show. `fetch_after` is when a worker fetches it, none where
    nothing is to be fetched; `tries` counts the failed ones since. `referred_at` is when something
    referred to it last. The picture is a square of 320 pixels in the store (`services.key_of`).
    """

    __tablename__ = "link_preview"
    __table_args__ = (
        minimum_check("tries"),
        Index(
            "ix_link_preview_fetch_after",
            "fetch_after",
            postgresql_where=text("fetch_after IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(default="", server_default="")
    site_name: Mapped[str] = mapped_column(default="", server_default="")
    has_picture: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    fetch_after: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    referred_at: Mapped[datetime]

    @property
    def host(self) -> str:
        """Name the site by its address."""
        host = self.address.split("/")[2].removeprefix("www.")
        try:
            return host.encode("ascii").decode("idna")
        except UnicodeError:
            return host


class LinkReference(Model):
    """An address that a subject names, at a position: first the one that it is about."""

    __tablename__ = "link_reference"
    __table_args__ = (minimum_check("position"),)

    subject_type: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    preview_id: Mapped[int] = mapped_column(
        ForeignKey("link_preview.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
