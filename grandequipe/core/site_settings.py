"""What administrators set on the site's pages: its name, its colours, who registers.

A setting that the operator gave in the environment wins, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, Connection, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.config import Settings
from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.refreshed import Refreshed
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import Model, db, minimum_check

THE_ROW = 1
# Fields that a variable of the environment sets; each of the same name in `config.Settings`.
FROM_ENVIRONMENT = {
    "site_name": "SITE_NAME",
    "legal_publisher": "LEGAL_PUBLISHER",
    "legal_host": "LEGAL_HOST",
    "legal_contact": "LEGAL_CONTACT",
}


class Registration(StrEnum):
    """The ways to get an account."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


class GroupCreation(StrEnum):
    """The right to create groups: of everyone, on request to an administrator, or theirs alone."""

    EVERYONE = "everyone"
    REQUEST = "request"
    ADMINISTRATORS = "administrators"


def lets_register(email: str, settings: "SiteSettings") -> bool:
    """Return whether an address may register by itself: its domain, or one above, is allowed."""
    domain = email.rpartition("@")[2].casefold()
    allowed = settings.allowed_domains
    return not allowed or any(domain == each or domain.endswith(f".{each}") for each in allowed)


@dataclass(frozen=True)
class SiteSettings:
    """The settings as they hold now; texts are empty where nothing was set.

    `colour` is of the form #rrggbb. `allowed_domains` are those whose addresses may register; all
    where there is none. `version` grows with each change.
    """

    version: int = 0
    site_name: str = ""
    colour: str = ""
    logo_key: str = ""
    welcome_title: str = ""
    welcome_text: str = ""
    welcome_title_en: str = ""
    welcome_text_en: str = ""
    legal_publisher: str = ""
    legal_host: str = ""
    legal_contact: str = ""
    registration: Registration = Registration.OPEN
    allowed_domains: tuple[str, ...] = ()
    group_creation: GroupCreation = GroupCreation.EVERYONE
    reviews_new_groups: bool = False

    def welcome_words(self, locale: str) -> tuple[str, str]:
        """Give title and text of the landing page in a language; empty where nothing was set."""
        if locale == "en":
            return self.welcome_title_en, self.welcome_text_en
        return self.welcome_title, self.welcome_text


class StoredSettings(Model):
    """The one row of the settings that are not as they were at the beginning."""

    __tablename__ = "site_settings"
    __table_args__ = (
        CheckConstraint(f"id = {THE_ROW}", name="one_row"),
        minimum_check("version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    values: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]


def site_settings() -> SiteSettings:
    """Give the settings as each process reads them every few seconds: for pages and mails."""
    try:
        return _with_environment(_refreshed.get())
    except SQLAlchemyError:
        # Pages that say that the database does not answer have the site's name, too.
        return _with_environment(SiteSettings())


def read_site_settings(*, lock: bool = False) -> SiteSettings:
    """Read the settings in the caller's transaction: for services, and for the page of settings."""
    statement = select(StoredSettings).where(StoredSettings.id == THE_ROW)
    statement = statement.execution_options(populate_existing=True)
    row = db.session.scalar(statement.with_for_update() if lock else statement)
    return _with_environment(_parsed(row.version, row.values) if row else SiteSettings())


def change_site_settings(read_version: int, **changes: Any) -> list[str]:
    """Store settings, given by their field names; give the names of those that differ.

    `read_version` is the version that the administrator's page showed; raises Conflict where
    another one has been stored since. The caller has asked who it is, and logs it.
    """
    db.session.execute(
        insert(StoredSettings)
        .values(id=THE_ROW, version=0, values={}, changed_at=clock.now())
        .on_conflict_do_nothing()
    )
    now = read_site_settings(lock=True)
    if read_version != now.version:
        raise Conflict(
            _("Someone else has changed these settings meanwhile. See what they are now.")
        )
    free = {name: value for name, value in changes.items() if name not in given_names()}
    changed = {name: value for name, value in free.items() if getattr(now, name) != value}
    if changed:
        row = db.session.get_one(StoredSettings, THE_ROW)
        row.values = row.values | changed
        row.version, row.changed_at = row.version + 1, clock.now()
        db.session.flush()
    on_commit(_refreshed.forget)
    return sorted(changed)


def site_contact() -> str:
    """Give the e-mail address of those who run the site."""
    environment: Settings = current_app.config["SETTINGS"]
    return site_settings().legal_contact or environment.contact


def given_names() -> Mapping[str, str]:
    """Give the fields that the environment sets, each with the name of its variable."""
    environment: Settings = current_app.config["SETTINGS"]
    return {name: FROM_ENVIRONMENT[name] for name in FROM_ENVIRONMENT if environment.sets(name)}


def forget_site_settings() -> None:
    """Have the next page read the settings again."""
    _refreshed.forget()


def _load(connection: Connection) -> SiteSettings:
    columns = select(StoredSettings.version, StoredSettings.values)
    row = connection.execute(columns.where(StoredSettings.id == THE_ROW)).first()
    return _parsed(*row) if row else SiteSettings()


_refreshed = Refreshed(_load)


def _parsed(version: int, values: Mapping[str, Any]) -> SiteSettings:
    """Read stored values; those of another release are passed over."""
    known = {field.name for field in fields(SiteSettings)} - {"version"}
    stored = {name: value for name, value in values.items() if name in known}
    if "registration" in stored:
        stored["registration"] = Registration(stored["registration"])
    if "group_creation" in stored:
        stored["group_creation"] = GroupCreation(stored["group_creation"])
    if "allowed_domains" in stored:
        stored["allowed_domains"] = tuple(stored["allowed_domains"])
    return SiteSettings(version=version, **stored)


def _with_environment(settings: SiteSettings) -> SiteSettings:
    environment: Settings = current_app.config["SETTINGS"]
    wins = {name: getattr(environment, name) for name in given_names()}
    default = {} if settings.site_name else {"site_name": environment.site_name}
    return replace(settings, **default | wins)
