"""Configuration of Flask-Security."""

from pathlib import Path

from grandequipe.core import clock
from grandequipe.members.queries import SESSION_LIFE
from grandequipe.members.services import CONFIRMATION_LIFE

TRANSLATIONS = Path(__file__).parents[2] / "translations"

CONFIGURATION = {
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_REGISTERABLE": True,
    "SECURITY_CONFIRMABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_USE_REGISTER_V2": True,
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    # Tokens are signed; the hash in them only binds them to an address or a password. The slow
    # default would reveal by the response time whether an address is known.
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_CONFIRM_EMAIL_WITHIN": CONFIRMATION_LIFE,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_POST_CONFIRM_VIEW": "/connexion",
    "SECURITY_POST_REGISTER_VIEW": "/connexion",
    "SECURITY_POST_RESET_VIEW": "/connexion",
    "SECURITY_POST_CHANGE_VIEW": "/reglages",
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_DEFAULT_REMEMBER_ME": True,
    "REMEMBER_COOKIE_DURATION": SESSION_LIFE,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_I18N_DIRNAME": ["builtin", str(TRANSLATIONS)],
    # We write the mails ourselves, in the recipient's language: see AccountMail.
    "SECURITY_EMAIL_PLAINTEXT": False,
    "SECURITY_EMAIL_HTML": False,
}
