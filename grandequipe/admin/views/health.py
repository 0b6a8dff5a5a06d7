"""The health of the installation, and what is tried again."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from grandequipe.admin.forms import AddressForm, AnswerForm, HandlerForm
from grandequipe.admin.queries import health as queries
from grandequipe.admin.services import health as services
from grandequipe.admin.views.access import administrator
from grandequipe.admin.views.health_words import mail_kind_word, queue_word
from grandequipe.core.errors import Conflict
from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited


def add_routes(blueprint: Blueprint) -> None:
    """Register the routes of the health page."""
    blueprint.add_url_rule("/sante", "health", health)
    for path, view in (
        ("taches/rejouer", replay_handler),
        ("courriels/<id:mail_id>/resoudre", resolve_mail),
        ("adresses/retablir", unsuppress_address),
    ):
        blueprint.add_url_rule(f"/sante/{path}", view.__name__, view, methods=["POST"])


def health() -> ResponseReturnValue:
    """Show queues, handlers, outbox, digests, storage and versions."""
    administrator()
    return _page()


@takes(HandlerForm)
@limited("managing")
@repeatable("what has run is not run again")
def replay_handler() -> ResponseReturnValue:
    """Have a handler run again for what it was set aside for."""
    actor, form = administrator(), HandlerForm()
    with atomic():
        number = services.replay_handler(actor, form.handler.data or "")
    done = ngettext("%(num)d event will run again.", "%(num)d events will run again.", number)
    flash(done, "success" if number else "info")
    return _back()


@takes(AnswerForm)
@limited("managing")
@repeatable("a mail is resolved once")
def resolve_mail(mail_id: int) -> ResponseReturnValue:
    """Note that an uncertain mail arrived, or send one again."""
    actor, has_arrived = administrator(), AnswerForm().arrived.data == "1"
    try:
        with atomic():
            services.resolve_mail(actor, mail_id, arrived=has_arrived)
    except Conflict as conflict:
        return _page(conflict.message), 409
    flash(_("Noted: it arrived.") if has_arrived else _("It will be sent again."), "success")
    return _back()


@takes(AddressForm)
@limited("managing")
@repeatable("an address gets mail or does not")
def unsuppress_address() -> ResponseReturnValue:
    """Let an address have mail again."""
    actor, form = administrator(), AddressForm()
    with atomic():
        services.unsuppress_address(actor, form.address.data or "")
    flash(_("This address gets mail again."), "success")
    return _back()


def _page(problem: str | None = None) -> str:
    return render_page(
        "admin/health.html",
        problem=problem,
        queue_word=queue_word,
        mail_kind_word=mail_kind_word,
        queues=queries.count_queued(),
        held=queries.count_held(),
        last_beat=queries.get_last_beat(),
        events=queries.get_events(),
        failing=queries.list_failing_handlers(),
        mails=queries.count_mails(),
        oldest_mail=queries.get_oldest_pending(),
        uncertain=queries.list_mails_in(MailState.UNCERTAIN),
        failed=queries.list_mails_in(MailState.FAILED),
        suppressed=queries.list_suppressed(),
        suppressed_count=queries.count_suppressed(),
        runs=queries.list_digest_runs(),
        storage=queries.get_storage(),
        versions=queries.list_versions(),
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("admin.health"), 303)
