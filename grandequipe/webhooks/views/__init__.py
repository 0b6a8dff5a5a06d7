"""The pages of webhooks: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.webhooks.views import deliveries, settings

blueprint = Blueprint("webhooks", __name__, template_folder="../templates")

LIST = "/groupes/<slug:slug>/reglages/webhooks"
ONE = f"{LIST}/<id:webhook_id>"
DELIVERY = f"{ONE}/envois/<id:delivery_id>"

for path, name, view, methods in (
    (LIST, "webhooks", settings.webhooks, "GET POST"),
    (ONE, "webhook", settings.webhook, "GET POST"),
    (f"{ONE}/secret", "renew_secret", settings.renew, "POST"),
    (f"{ONE}/marche", "switch", settings.switch, "POST"),
    (f"{ONE}/supprimer", "delete", settings.delete, "POST"),
    (f"{ONE}/essai", "test", deliveries.test, "POST"),
    (DELIVERY, "delivery", deliveries.delivery, "GET"),
    (f"{DELIVERY}/renvoyer", "send_again", deliveries.send_again, "POST"),
):
    blueprint.add_url_rule(path, name, view, methods=methods.split())
