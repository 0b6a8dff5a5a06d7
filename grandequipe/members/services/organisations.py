"""Acts of administrators on organisations: naming, merging doubles, saying who speaks for one."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.names import wrong_organisation_name
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import Member, Organisation, OrganisationKind
from grandequipe.members.services.administration import lock_accounts
from grandequipe.members.services.details import advance_profiles
from grandequipe.members.services.profiles import LONGEST
from grandequipe.taxonomies.models import Territory


@dataclass(frozen=True)
class OrganisationInput:
    """What an administrator says of an organisation."""

    name: str
    kind: OrganisationKind
    territory: Territory | None = None


def change_organisation(
    admin: Member, organisation: Organisation, organisation_input: OrganisationInput
) -> None:
    """Change the name, kind and place of an organisation; raise Invalid with the error of each."""
    lock_accounts(admin)
    _lock(organisation)
    name = organisation_input.name.strip()
    error = length_error(name, LONGEST["organisation"]) or line_error(name)
    error = error or (_("Give it a name.") if not name else None) or wrong_organisation_name(name)
    taken = db.session.scalar(
        select(Organisation.id).where(Organisation.name == name, Organisation.id != organisation.id)
    )
    if error or taken:
        said = error or _("Another organisation has this name: merge the two instead.")
        raise Invalid({"name": str(said)})
    organisation.name, organisation.kind = name, organisation_input.kind
    organisation.territory = organisation_input.territory
    db.session.flush()
    subject = ("organisation", organisation.id)
    log_act(Act.ORGANISATION_CHANGED, subject, actor_id=admin.id)
    _record_changed(admin, _members_of(organisation))


def merge_organisations(admin: Member, double: Organisation, kept: Organisation) -> int:
    """Move everybody from a double to the organisation that is kept; give how many they are.

    The double's row stays: its name leads to the other from now on. Raises Conflict where one of
    the two was merged already.
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
    # Earlier doubles of the double follow.
    earlier = update(Organisation).where(Organisation.merged_into_id == double.id)
    db.session.execute(earlier.values(merged_into_id=kept.id))
    double.merged_into_id = kept.id
    db.session.flush()
    subject = ("organisation", kept.id)
    log_act(Act.ORGANISATIONS_MERGED, subject, actor_id=admin.id, double=double.id, members=moved)
    _record_changed(admin, members)
    return len(moved)


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
