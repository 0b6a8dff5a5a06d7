"""The forms of the pages of groups."""

from grandequipe.groups.forms.groups import (
    AccountPasswordForm as AccountPasswordForm,
    AnswerForm as AnswerForm,
    CoverForm as CoverForm,
    EndForm as EndForm,
    GroupForm as GroupForm,
    InvitationForm as InvitationForm,
    RoleForm as RoleForm,
)
from grandequipe.groups.forms.sanctions import LiftForm as LiftForm, SanctionForm as SanctionForm
