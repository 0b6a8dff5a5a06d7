"""In which further group a post is placed."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from grandequipe.web.forms import Form


class PlacementForm(Form):
    """One of the author's groups, by its slug; the page offers those where they may publish."""

    group = SelectField(_("Group"))
