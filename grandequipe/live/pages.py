"""The endpoints that render a whole live page: their cursor is read before the page is.

Others (pictures, fragments, counters, redirects, mails in a frame) do not pay for that query. A
page that is missing here still has a cursor, but one read too late: a test finds it.
"""

# View functions by blueprint.
PAGES = {
    "admin": ("change_address", "close", "health", "member", "members", "reinstate", "suspend"),
    "announcements": ("index", "show"),
    "api_documents": ("page",),
    "digests": ("preferences", "preview", "unsubscribe"),
    "courrier": ("index", "show"),
    "feed": (
        "answer_offer",
        "bookmark",
        "bookmarks",
        "choose_group",
        "choose_kind",
        "comment_history",
        "compare_draft",
        "drafts",
        "edit_comment",
        "edit_post",
        "ends",
        "follows",
        "group_page",
        "history",
        "home",
        "moderation",
        "open_draft",
        "placements",
        "post_page",
        "proposal",
        "publish",
        "react_to_comment",
        "refuse_post",
        "refuse_proposal",
        "removals",
        "remove_contents",
        "schedule_draft",
        "show_bin",
        "territory_page",
        "theme_page",
        "themes",
    ),
    "groups": (
        "change_cover",
        "create",
        "index",
        "invitation",
        "lift",
        "members",
        "sanction",
        "sanctions",
        "settings",
    ),
    "members": ("change_picture", "edit_preferences", "edit_profile", "profile", "settings"),
    "notifications": ("index", "mailed", "preferences", "reminder", "reminders", "stop_mail"),
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
