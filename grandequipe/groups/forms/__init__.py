"""The forms of the pages of groups."""

from grandequipe.groups.forms.groups import (
    AccountPasswordForm as AccountPasswordForm,
    AnswerForm as AnswerForm,
    CoverForm as CoverForm,
    EndForm as EndForm,
    GroupForm as GroupForm,
    InvitationForm as InvitationForm,
    OfferForm as OfferForm,
    RoleForm as RoleForm,
)
from grandequipe.groups.forms.inviting import (
    LinkForm as LinkForm,
    ManyInvitationsForm as ManyInvitationsForm,
)
from grandequipe.groups.forms.joining import (
    AcceptForm as AcceptForm,
    CharterForm as CharterForm,
    JoinForm as JoinForm,
    RequestMessageForm as RequestMessageForm,
    WelcomeForm as WelcomeForm,
    number_of as number_of,
)
from grandequipe.groups.forms.members import (
    ROLES as ROLES,
    WITH_END as WITH_END,
    WITH_REASON as WITH_REASON,
    MembersAct as MembersAct,
    MembersActForm as MembersActForm,
    filter_of as filter_of,
)
from grandequipe.groups.forms.sanctions import (
    LiftForm as LiftForm,
    RemoveMemberForm as RemoveMemberForm,
    SanctionForm as SanctionForm,
)
