"""The doors of files: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.attachments.views import files

blueprint = Blueprint("attachments", __name__, template_folder="../templates")
blueprint.add_url_rule("/fichiers/<id:file_id>/<name>", view_func=files.file, methods=["GET"])
