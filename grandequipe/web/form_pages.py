"""A page with one form: shown, refused with the errors beside the fields, or carried out."""

from collections.abc import Callable, Mapping

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.transactions import atomic
from grandequipe.web.forms import Form
from grandequipe.web.pages import render_page

# Writes within the transaction, and gives the sentence to flash; an empty one flashes nothing.
Write = Callable[[], str]
# Where the page leads once it is written, or a function that gives it then.
Location = str | Callable[[], str]


class FormPage:
    """The page of a form: its template, the form, and a function that loads the other variables.

    They are loaded for each rendering: after a refusal, what was read before is rolled back.
    """

    def __init__(
        self, template: str, form: Form, load: Callable[[], Mapping[str, object]] = dict
    ) -> None:
        self._template, self._form, self._load = template, form, load

    def answer(self, write: Write, location: Location) -> ResponseReturnValue:
        """Show the form; where it was sent and is valid, write in a transaction and redirect.

        Invalid shows the page with its errors (422), Conflict with its message (409).
        """
        return self.answer_prepared(lambda: write, location)

    def answer_prepared(
        self, prepare: Callable[[], Write], location: Location
    ) -> ResponseReturnValue:
        """As `answer`, with what is prepared outside the transaction, which may raise Invalid."""
        form = self._form
        if form.validate_on_submit():
            try:
                write = prepare()
                with atomic():
                    done = write()
            except Invalid as refused:
                form.show(refused)
            except Conflict as conflict:
                form.form_errors.append(conflict.message)
                return self._render(), 409
            else:
                if done:
                    flash(done, "success")
                return redirect(location if isinstance(location, str) else location(), 303)
        return self._render(), 422 if form.errors else 200

    def _render(self) -> str:
        return render_page(self._template, form=self._form, **self._load())
