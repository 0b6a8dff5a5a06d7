"""Which addresses answer with a whole page that listens: each of them carries a cursor.

What is not named here (pictures, fragments, numbers, redirections, letters in a frame) pays nothing
for it. A page that is missing here still has a cursor, read a moment too late: a test finds it.
"""

# The functions that answer, by blueprint.
PAGES = {
    "api_documents": ("page",),
    "digests": ("preferences", "preview", "unsubscribe"),
    "courrier": ("index", "show"),
    "feed": (
        "choose_group",
        "choose_kind",
        "edit_post",
        "group_page",
        "home",
        "moderation",
        "post_page",
        "proposal",
        "publish",
        "refuse_post",
        "refuse_proposal",
    ),
    "groups": ("create", "index", "invitation", "members", "settings"),
    "members": ("change_picture", "edit_preferences", "edit_profile", "profile", "settings"),
    "notifications": ("index", "preferences"),
    "security": (
        "change_password",
        "confirm_email",
        "forgot_password",
        "send_confirmation",
        "verify",
    ),
    "web": ("accessibility", "help", "legal", "privacy", "sitemap", "terms"),
}
ENDPOINTS = frozenset(f"{name}.{view}" for name, views in PAGES.items() for view in views)
