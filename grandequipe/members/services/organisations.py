"""Writes of organisations: what they say of themselves, and the acts of administrators on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, select, union, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, files
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record_all
from grandequipe.core.languages import language_error
from grandequipe.core.links import whole_address
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.names import wrong_organisation_name
from grandequipe.core.policies import require
from grandequipe.core.siret import normalized_siret
from grandequipe.core.text_validation import length_error, line_error, text_error
from grandequipe.core.transactions import on_commit, on_rollback
from grandequipe.core.web_addresses import address_error
from grandequipe.extensions import db
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import (
    BelongingRefusal,
    ManagerKey,
    Member,
    Organisation,
    OrganisationClaim,
    OrganisationKind,
    OrganisationManager,
)
from grandequipe.members.queries import find_organisation, is_manager
from grandequipe.members.services.administration import lock_accounts
from grandequipe.members.services.details import advance_profiles
from grandequipe.members.services.profiles import LONGEST
from grandequipe.members.signals import organisations_merged
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.queries import find_themes

LONGEST_DESCRIPTION = 3000
MOST_THEMES = 8
ONLY_MANAGERS = _l("Only those who run this organisation can do this.")


@dataclass(frozen=True)
class OrganisationInput:
    """What an administrator says of an organisation."""

    name: str
    kind: OrganisationKind
    territory: Territory | None = None


@dataclass(frozen=True)
class DescriptionInput:
    """What an organisation says of itself; `themes` are slugs, `description` is several lines."""

    kind: OrganisationKind
    territory: Territory | None = None
    website: str = ""
    siret: str = ""
    description: str = ""
    description_language: str | None = None
    themes: Sequence[str] = ()


def add_organisation(
    member: Member, organisation_input: OrganisationInput
) -> tuple[Organisation, bool]:
    """Add an organisation that nobody runs yet; give it, and whether it is new.

    Raises Invalid with the error of each field. One of the same name is given as it is.
    """
    name = _checked_name(organisation_input.name)
    new = insert(Organisation).values(
        name=name,
        kind=organisation_input.kind,
        territory_code=organisation_input.territory.code if organisation_input.territory else None,
    )
    added = db.session.scalar(new.on_conflict_do_nothing().returning(Organisation.id))
    found = find_organisation(name)
    if found is None:
        raise Conflict(_("This organisation has just changed its name. Please try again."))
    return found, added is not None


def describe_organisation(
    actor: Member, organisation: Organisation, description_input: DescriptionInput
) -> None:
    """Change what an organisation says of itself; raise Invalid with the error of each field.

    Raises Refused where the actor does not run it any more.
    """
    hold_manager(actor, organisation)
    siret = _checked(organisation, description_input)
    themes = list(find_themes(description_input.themes))
    if len(themes) < len(set(description_input.themes)):
        raise Invalid({"themes": str(_("Choose themes from the list."))})
    organisation.kind, organisation.territory = description_input.kind, description_input.territory
    organisation.website = whole_address(description_input.website) or None
    organisation.siret = siret
    organisation.description = description_input.description.strip()
    organisation.description_language = description_input.description_language or None
    organisation.themes = themes
    db.session.flush()
    _log_administration(actor, organisation)
    _record_changed(actor, _members_of(organisation))


def change_logo(actor: Member, organisation: Organisation, webp: bytes | None) -> None:
    """Replace the logo of an organisation by the content of a square WebP file, or by none.

    Raises Refused where the actor does not run it any more.
    """
    new = files.store(webp, "organisations", "webp") if webp else None
    if new:
        on_rollback(partial(files.remove, new))
    hold_manager(actor, organisation)
    old, organisation.logo_key = organisation.logo_key, new
    db.session.flush()
    _log_administration(actor, organisation)
    if old:
        on_commit(partial(files.remove, old))


def hold_manager(actor: Member, organisation: Organisation) -> None:
    """Lock an organisation until the commit; raise Refused unless the actor runs it now."""
    _lock(organisation)
    if organisation.merged_into_id is not None:
        raise Conflict(_("This organisation has just been merged into another."))
    held = select(OrganisationManager).where(
        OrganisationManager.organisation_id == organisation.id,
        OrganisationManager.member_id == actor.id,
    )
    manages = db.session.scalar(held.with_for_update(read=True)) is not None
    require(manages or actor.is_admin, ONLY_MANAGERS)


def _log_administration(actor: Member, organisation: Organisation, **details: int | bool) -> None:
    """Log what an administrator did to an organisation that others run."""
    if not is_manager(actor, organisation):
        subject = ("organisation", organisation.id)
        log_act(Act.ORGANISATION_CHANGED, subject, actor_id=actor.id, **details)


def _checked(organisation: Organisation, description_input: DescriptionInput) -> str | None:
    """Give the digits of the SIRET; raise Invalid with the error of each field."""
    text, themes = description_input.description, set(description_input.themes)
    too_many = len(themes) > MOST_THEMES
    siret, siret_error = _checked_siret(organisation, description_input.siret)
    found = {
        "description": length_error(text, LONGEST_DESCRIPTION) or text_error(text),
        "description_language": language_error(description_input.description_language),
        "website": address_error(description_input.website),
        "siret": siret_error,
        "themes": _("Choose no more than %(number)d.", number=MOST_THEMES) if too_many else None,
    }
    if errors := {name: str(error) for name, error in found.items() if error}:
        raise Invalid(errors)
    return siret


def _checked_siret(organisation: Organisation, typed: str) -> tuple[str | None, str | None]:
    """Give the digits of a SIRET, or what is wrong with it; neither where none was typed."""
    if not typed.strip():
        return None, None
    try:
        siret = normalized_siret(typed)
    except ValueError:
        return None, _("This isn’t a SIRET: it has 14 digits, and one of these seems wrong.")
    same = select(Organisation.id).where(Organisation.siret == siret)
    if db.session.scalar(same.where(Organisation.id != organisation.id)):
        return None, _("Another organisation of this site has this SIRET.")
    return siret, None


def _checked_name(typed: str) -> str:
    name = typed.strip()
    error = length_error(name, LONGEST["organisation"]) or line_error(name)
    error = error or (_("Give it a name.") if not name else None) or wrong_organisation_name(name)
    if error:
        raise Invalid({"name": str(error)})
    return name


def change_organisation(
    admin: Member, organisation: Organisation, organisation_input: OrganisationInput
) -> None:
    """Change the name, kind and place of an organisation; raise Invalid with the error of each."""
    lock_accounts(admin)
    _lock(organisation)
    name = _checked_name(organisation_input.name)
    taken = db.session.scalar(
        select(Organisation.id).where(Organisation.name == name, Organisation.id != organisation.id)
    )
    if taken:
        said = _("Another organisation has this name: merge the two instead.")
        raise Invalid({"name": str(said)})
    organisation.name, organisation.kind = name, organisation_input.kind
    organisation.territory = organisation_input.territory
    db.session.flush()
    subject = ("organisation", organisation.id)
    log_act(Act.ORGANISATION_CHANGED, subject, actor_id=admin.id)
    _record_changed(admin, _members_of(organisation))


def merge_organisations(admin: Member, double: Organisation, kept: Organisation) -> int:
    """Move everything from a double to the organisation that is kept; give how many members.

    Members come with what was confirmed, managers, refusals and requests; what the double said of
    itself stands where the other says nothing. Packages above move what is theirs
    (`organisations_merged`). The double's row stays: its name and its address lead to the other
    from now on. Raises Conflict where one of the two was merged already.
    """
    lock_accounts(admin)
    for organisation in sorted({double, kept}, key=lambda each: each.id):
        _lock(organisation)
    if double.id == kept.id:
        raise Invalid({"kept": str(_("Choose another organisation than this one."))})
    if double.merged_into_id is not None or kept.merged_into_id is not None:
        raise Conflict(_("One of the two has just been merged into another."))
    members = _members_of(double)
    moved = [member.id for member in members]
    db.session.execute(
        update(Member).where(Member.organisation_id == double.id).values(organisation_id=kept.id)
    )
    _move_managers(double, kept)
    _move_words(double, kept)
    # Earlier doubles of the double follow.
    earlier = update(Organisation).where(Organisation.merged_into_id == double.id)
    db.session.execute(earlier.values(merged_into_id=kept.id))
    double.merged_into_id = kept.id
    db.session.flush()
    organisations_merged.send(None, double=double, kept=kept)
    subject = ("organisation", kept.id)
    log_act(Act.ORGANISATIONS_MERGED, subject, actor_id=admin.id, double=double.id, members=moved)
    _record_changed(admin, members)
    return len(moved)


def _move_managers(double: Organisation, kept: Organisation) -> None:
    """Move the managers of a double, its refusals and requests, each once.

    Members who belong to the one by its managers' word are refused by neither.
    """
    belonging = select(Member.id).where(
        Member.organisation_id == kept.id, Member.organisation_confirmed_at.is_not(None)
    )
    already: Mapping[type[Any], Any] = {
        OrganisationManager: select(OrganisationManager.member_id).where(
            OrganisationManager.organisation_id == kept.id
        ),
        BelongingRefusal: union(
            select(BelongingRefusal.member_id).where(BelongingRefusal.organisation_id == kept.id),
            belonging,
        ),
        OrganisationClaim: select(OrganisationClaim.member_id).where(
            OrganisationClaim.organisation_id == kept.id, OrganisationClaim.is_accepted.is_(None)
        ),
    }
    of_kept = delete(BelongingRefusal).where(BelongingRefusal.organisation_id == kept.id)
    db.session.execute(of_kept.where(BelongingRefusal.member_id.in_(belonging)))
    for rows, known in already.items():
        twice = delete(rows).where(rows.organisation_id == double.id, rows.member_id.in_(known))
        if rows is OrganisationClaim:
            twice = twice.where(OrganisationClaim.is_accepted.is_(None))
        db.session.execute(twice)
    tables: tuple[type[Any], ...] = (*already, ManagerKey)
    for table in tables:
        of_double = update(table).where(table.organisation_id == double.id)
        db.session.execute(of_double.values(organisation_id=kept.id))
    # A member whom one of the two refused does not stay in the other on their own word.
    refused = select(BelongingRefusal.member_id).where(BelongingRefusal.organisation_id == kept.id)
    db.session.execute(
        update(Member)
        .where(
            Member.organisation_id == kept.id,
            Member.organisation_confirmed_at.is_(None),
            Member.id.in_(refused),
        )
        .values(organisation_id=None)
    )


def _move_words(double: Organisation, kept: Organisation) -> None:
    """Have the kept organisation say what it does not say itself, and the double says."""
    taken = {
        name: getattr(double, name)
        for name in ("territory_code", "website", "siret", "logo_key")
        if not getattr(kept, name)
    }
    if not kept.description:
        taken |= {
            "description": double.description,
            "description_language": double.description_language,
        }
    if kept.kind is OrganisationKind.OTHER:
        taken["kind"] = double.kind
    themes = [*kept.themes, *(theme for theme in double.themes if theme not in kept.themes)]
    # One number, one file: the double gives them up before the other has them.
    for name in taken.keys() & {"siret", "logo_key"}:
        setattr(double, name, None)
    db.session.flush()
    for name, value in taken.items():
        setattr(kept, name, value)
    kept.themes = themes[:MOST_THEMES]
    db.session.flush()


def set_spokesperson(admin: Member, member: Member, *, speaks: bool) -> None:
    """Say that a member speaks for their organisation, or does not any more.

    Raises Conflict where they are in none.
    """
    lock_accounts(admin, member)
    if speaks and member.organisation_id is None:
        raise Conflict(_("This member is in no organisation any more."))
    if member.is_spokesperson is speaks:
        return
    member.is_spokesperson = speaks
    if speaks and member.organisation_confirmed_at is None:
        member.organisation_confirmed_at = clock.now()
    db.session.flush()
    subject = ("organisation", member.organisation_id or 0)
    act = Act.ORGANISATION_CHANGED
    log_act(act, subject, actor_id=admin.id, member_id=member.id, speaks=speaks)
    _record_changed(admin, [member])


def _lock(organisation: Organisation) -> None:
    db.session.refresh(organisation, with_for_update={"of": Organisation})


def _members_of(organisation: Organisation) -> list[Member]:
    found = select(Member).where(Member.organisation_id == organisation.id).order_by(Member.id)
    return list(db.session.scalars(found.with_for_update(of=Member, key_share=True)))


def _record_changed(admin: Member, members: list[Member]) -> None:
    """Record that members are shown otherwise; their streams are locked in the order of ids."""
    changed = [
        (member.stream, ProfileChanged(subject_id=member.id, actor_id=admin.id))
        for member in sorted(members, key=lambda each: each.stream_id)
        if member.active
    ]
    advance_profiles()
    record_all(changed)
