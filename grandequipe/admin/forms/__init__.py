"""The forms of the pages of administrators."""

from grandequipe.admin.forms.accounts import (
    AddressForm as AddressForm,
    AnswerForm as AnswerForm,
    EmailForm as EmailForm,
    HandlerForm as HandlerForm,
    ReasonForm as ReasonForm,
    RefusalForm as RefusalForm,
    SuspensionForm as SuspensionForm,
)
from grandequipe.admin.forms.site import (
    AnnouncementForm as AnnouncementForm,
    ClaimAnswerForm as ClaimAnswerForm,
    LegalTextForm as LegalTextForm,
    LogoForm as LogoForm,
    MergeForm as MergeForm,
    OrganisationForm as OrganisationForm,
    SiteForm as SiteForm,
    ThemeForm as ThemeForm,
)
