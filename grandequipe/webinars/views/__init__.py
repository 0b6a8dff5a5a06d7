"""The pages of webinars: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.webinars.views import (
    agenda,
    attendance,
    calendars,
    exports,
    feedback,
    organising,
    registering,
    replays,
    room,
    scheduling,
    series,
    tokens,
)

blueprint = Blueprint("webinars", __name__, template_folder="../templates")

OWN = "/inscriptions/<token>"
POST = "/publications/<id:post_id>"
LIST = f"{POST}/inscriptions"

for path, view, methods in (
    (OWN, tokens.own, "GET"),
    (f"{OWN}/confirmer", tokens.confirm, "POST"),
    (f"{OWN}/accepter", tokens.accept, "POST"),
    (f"{OWN}/refuser", tokens.decline, "POST"),
    (f"{OWN}/salle", room.enter, "GET"),
    (f"{POST}/salle", room.room, "GET"),
    (f"{POST}/presence", attendance.attend, "GET POST"),
    (f"{POST}/presence.svg", attendance.attendance_qr, "GET"),
    (f"{POST}/presences", attendance.attendance_list, "GET"),
    (f"{POST}/presences/affiche", attendance.attendance_sheet, "GET"),
    (f"{POST}/presences/code", attendance.renew_code, "POST"),
    (f"{POST}/presences/<id:registration_id>", attendance.mark, "POST"),
    (f"{POST}/inscriptions.<extension>", exports.export_registrations, "GET"),
    (f"{OWN}/avis", feedback.feedback, "GET POST"),
    (f"{OWN}/rediffusion", feedback.want_replay, "POST"),
    (f"{POST}/rediffusion", replays.replay, "GET POST"),
    (f"{POST}/rediffusion/retirer", replays.remove_replay, "POST"),
    (f"{POST}/sous-titres.vtt", replays.captions, "GET"),
    (f"{POST}/annuler", scheduling.cancel_webinar, "GET POST"),
    (f"{POST}/retablir", scheduling.reinstate_webinar, "POST"),
    (f"{POST}/rappels", scheduling.reminders, "GET POST"),
    (f"{POST}/rappels/<id:reminder_id>/retirer", scheduling.remove_reminder, "POST"),
    ("/series/<id:series_id>", series.series_page, "GET"),
    ("/series/<id:series_id>/inscription", series.register_all, "GET POST"),
    ("/series/<id:series_id>/inscription/annuler", series.cancel_all, "POST"),
    (f"{OWN}/annuler", tokens.cancel_own, "POST"),
    (f"{OWN}/reponses", tokens.answers, "GET POST"),
    (f"{POST}/inscription", registering.register, "GET POST"),
    (f"{POST}/inscription/merci", registering.thanks, "GET"),
    (f"{POST}/inscription/annuler", registering.cancel, "POST"),
    (f"{POST}/inscription/place", registering.answer, "POST"),
    (LIST, organising.registrations, "GET"),
    (f"{LIST}/<id:registration_id>/annuler", organising.cancel_one, "POST"),
    (f"{LIST}/reglages", organising.settings, "GET POST"),
    (f"{LIST}/questions", organising.ask, "POST"),
    (f"{LIST}/questions/<id:question_id>", organising.take_back_question, "POST"),
    (f"{LIST}/responsable", organising.manager, "POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

SUBSCRIBE = "/agenda/abonnements"

for path, name, page, methods in (
    ("/agenda", "agenda", agenda.agenda, "GET"),
    ("/agenda/<key>.ics", "own_calendar", calendars.own, "GET"),
    (SUBSCRIBE, "subscribe", calendars.subscribe, "GET"),
    (SUBSCRIBE, "create_key", calendars.create_key, "POST"),
    (f"{SUBSCRIBE}/<id:address_id>/revoquer", "revoke_key", calendars.revoke_key, "POST"),
    (f"{POST}.ics", "event_calendar", calendars.event, "GET"),
    ("/groupes/<slug:slug>/agenda.ics", "group_calendar", calendars.group, "GET"),
):
    blueprint.add_url_rule(path, name, page, methods=methods.split())
