"""Keep the figures of what people said of a webinar, which change by five answers at once.

The previous code counts the answers at each reading.
"""

from grandequipe.migrations import online

revision = "0074"
down_revision = "0073"

FIGURES = """
    INSERT INTO registration_settings (post_id, feedback_useful, feedback_answers)
    SELECT post_id, count(*) FILTER (WHERE was_useful), count(*)
    FROM webinar_feedback JOIN registration ON registration.id = registration_id
    GROUP BY post_id HAVING count(*) >= 5
    ON CONFLICT (post_id) DO UPDATE SET
        feedback_useful = EXCLUDED.feedback_useful, feedback_answers = EXCLUDED.feedback_answers
"""
COUNTED = """
    UPDATE webinar_feedback SET is_counted = true
    FROM registration JOIN registration_settings USING (post_id)
    WHERE registration.id = registration_id AND feedback_answers >= 5
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("webinar_feedback", "is_counted", "boolean NOT NULL DEFAULT false")
    online.add_column("registration_settings", "feedback_useful", "bigint NOT NULL DEFAULT 0")
    online.add_column("registration_settings", "feedback_answers", "bigint NOT NULL DEFAULT 0")
    online.add_constraint(
        "registration_settings",
        "ck_registration_settings_feedback_useful",
        "CHECK (feedback_useful BETWEEN 0 AND feedback_answers)",
    )
    online.add_constraint(
        "registration_settings",
        "ck_registration_settings_feedback_answers",
        "CHECK (feedback_answers >= 0)",
    )
    online.execute(FIGURES)
    online.execute(COUNTED)


def downgrade() -> None:
    """Take it back."""
    online.drop_constraint("registration_settings", "ck_registration_settings_feedback_useful")
    online.drop_constraint("registration_settings", "ck_registration_settings_feedback_answers")
    online.drop_column("registration_settings", "feedback_answers")
    online.drop_column("registration_settings", "feedback_useful")
    online.drop_column("webinar_feedback", "is_counted")
