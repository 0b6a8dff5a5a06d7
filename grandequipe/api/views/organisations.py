"""Organisations."""

from typing import Any

from flask import url_for

from grandequipe.api.calls import call
from grandequipe.api.identity import viewer
from grandequipe.api.schemas.organisations import (
    OrganisationPageSchema,
    OrganisationProfileSchema,
    OrganisationQuery,
)
from grandequipe.core.errors import Invalid
from grandequipe.core.windows import Window
from grandequipe.members.models import Organisation, OrganisationKind
from grandequipe.organisations.queries import lists
from grandequipe.taxonomies.queries import find_territories, find_themes

TAG = "Organisations"
UNKNOWN = "There is none of this name."


@call(
    "GET",
    "/organisations",
    tag=TAG,
    answers=OrganisationPageSchema,
    query=OrganisationQuery,
    visitors=True,
)
def list_organisations(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List organisations by name.

    `q` finds the beginnings of words of names; `territory` is a code or a label and holds the
    territories within it, `theme` a slug.
    """
    wanted = lists.OrganisationFilter(
        words=params["q"],
        kind=OrganisationKind(params["kind"]) if params["kind"] else None,
        territory=_known(params, "territory", find_territories),
        theme=_known(params, "theme", find_themes),
    )
    page = lists.list_organisations(wanted, viewer(), params["cursor"], params["limit"])
    return Window([_shown(each) for each in page.items], page.next)


@call(
    "GET",
    "/organisations/<id:organisation_id>",
    tag=TAG,
    answers=OrganisationProfileSchema,
    visitors=True,
)
def show_organisation(organisation_id: int) -> dict[str, Any]:
    """Show an organisation; the id of one that was merged into another shows that one."""
    found = lists.get_organisation(organisation_id, viewer())
    if found.merged_into_id is not None:
        found = lists.get_single(found.merged_into_id, viewer())
    return _shown(found)


def _known(params: dict[str, Any], name: str, find: Any) -> Any:
    if not params[name]:
        return None
    found = find([params[name]])
    if not found:
        raise Invalid({name: UNKNOWN})
    return found[0]


def _shown(organisation: Organisation) -> dict[str, Any]:
    page, logo = (
        url_for(f"organisations.{name}", organisation_id=organisation.id, _external=True)
        for name in ("show", "logo")
    )
    own = {
        name: getattr(organisation, name)
        for name in OrganisationProfileSchema().fields
        if name not in ("logo_url", "web_url")
    }
    return {**own, "logo_url": logo if organisation.logo_key else None, "web_url": page}
