"""The pages of moderation: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.moderation.views import cases, decisions, log as log, reports

blueprint = Blueprint("moderation", __name__, template_folder="../templates")

CASES = "/groupes/<slug:slug>/moderation/dossiers"

for path, view, methods in (
    ("/signaler/<what>/<id:subject_id>", reports.report, "GET POST"),
    ("/signaler/merci", reports.thanks, "GET"),
    ("/signalements", reports.my_reports, "GET"),
    (CASES, cases.group_cases, "GET"),
    ("/dossiers/<id:case_id>", cases.case, "GET POST"),
    ("/dossiers/<id:case_id>/prendre", cases.take, "POST"),
    ("/dossiers/<id:case_id>/rendre", cases.release, "POST"),
    ("/moderation", cases.site, "GET"),
    ("/decisions/<id:decision_id>", decisions.decision, "GET POST"),
    ("/decisions/suspension/<token>", decisions.suspension, "GET POST"),
    ("/reglages/decisions", decisions.my_decisions, "GET"),
    ("/recours/<id:appeal_id>", decisions.appeal, "GET POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())
