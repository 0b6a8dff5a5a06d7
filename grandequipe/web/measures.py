"""Length limits of form fields and query parameters, checked before any other processing.

Unicode normalisation takes quadratic time in a run of combining marks, and blocks the event loop;
so no text reaches a filter, a validator, a rate limit, a query or Flask-Security before its length
is checked.

A form declares a limit for each text field: the validator `Longest`, or `longest` of its class for
the fields of a library (Flask-Security). `@takes(Form)` declares the forms of a route; the largest
body that the route reads follows from them. A route without a declaration reads a small body.
Fields of no form (`next`, `seen`) may have LONGEST_UNDECLARED characters. Lengths are in characters
of the stripped text, with one character for a line end.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form as AnyForm,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation

from grandequipe.core.cleaning import cleaned_line, cleaned_text
from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import too_long
from grandequipe.web import bodies
from grandequipe.web.redirects import LONGEST_PATH

View = TypeVar("View", bound=Callable[..., Any])

LONGEST_UNDECLARED = LONGEST_PATH
# Characters of a value that is chosen, not typed: an identifier, a number, a date.
LONGEST_CHOICE = 200
LONGEST_PASSWORD = 1000
# Characters of a value that is too long that are shown again: KEPT_TIMES its limit, at least this.
FEWEST_KEPT = 10_000
KEPT_TIMES = 10
LONG_TEXT = 20_000
CHOICE_FIELDS = (BooleanField, RadioField, SelectField, SelectMultipleField)
UNCLEANED = (HiddenField, PasswordField)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Longest:
    """Declares the most characters of a field; `Measured` checks them before validation."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.field_flags = {"longest": number}

    def __call__(self, _form: AnyForm, _field: Field) -> None:
        """Accept the value: `Measured.process` has refused one that is too long."""


class TooLong:
    """The only validator of a field that is too long."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: AnyForm, _field: Field) -> None:
        """Raise StopValidation, so that no other validator reads the text."""
        raise StopValidation(self.sentence)


class Measured:
    """A form with length limits: a value that is too long is shown again, but not processed.

    From other values, invisible characters are removed (`core.cleaning`) before the field's
    filters, except from passwords and hidden fields.

    `too_long` holds the error of each field that is too long, by field name.
    """

    longest: ClassVar[Mapping[str, int]] = {}
    too_long: dict[str, str]

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read the form data, after the lengths are checked."""
        formdata = self.meta.wrap_formdata(self, formdata)  # type: ignore[attr-defined]
        self.too_long = {}
        for field in self._fields.values():  # type: ignore[attr-defined]
            if isinstance(field, StringField) and not isinstance(field, UNCLEANED):
                field.filters = [partial(_cleaned, _cleaner_of(field)), *field.filters]
        over = dict(_list_over(formdata, measures_of(type(self)))) if formdata else {}
        if over:
            rest = [each for each in _items(formdata) if each[0] not in over]
            super().process(MultiDict(rest), *args, **kwargs)  # type: ignore[misc]
        else:
            super().process(formdata, *args, **kwargs)  # type: ignore[misc]
        for name, most in over.items():
            sentence = too_long(most)
            self.too_long[name] = sentence
            _refuse(self[name], formdata.get(name), most, sentence)  # type: ignore[index]


def init_app(app: Flask) -> None:
    """Check the requests to pages; call it right after `bodies.init_app`."""
    app.before_request(_check_lengths)


def takes(*forms: type) -> Callable[[View], View]:
    """Declare the forms of a route of pages; the outermost decorator of its view."""
    measures: dict[str, int] = {}
    written: set[str] = set()
    for form in forms:
        written |= _written_in(form)
        for name, most in measures_of(form).items():
            measures[name] = max(most, measures.get(name, 0))

    def declare(view: View) -> View:
        view.forms = forms  # type: ignore[attr-defined]
        view.measures = measures  # type: ignore[attr-defined]
        view.written = written  # type: ignore[attr-defined]
        view.largest_body = _body_for(measures)  # type: ignore[attr-defined]
        return view

    return declare


def measures_of(form: type) -> dict[str, int]:
    """Return the limit of each field by name; raise TypeError for a text field without one."""
    return {name: _measure_of(form, name, unbound) for name, unbound in _fields_of(form)}


def length_of(typed: str) -> int:
    """Count the characters of a stripped text, with one for a line end."""
    return len(typed.replace("\r\n", "\n").strip())


def is_too_long() -> bool:
    """Whether a field of this request is too long: no password is checked, no mail sent."""
    return bool(g.get("is_too_long"))


def _check_lengths() -> None:
    """Refuse long values that nobody types; note where a form is to show a field's error."""
    if bodies.is_for_programs():
        return
    for value in request.args.values():
        if len(value) > LONGEST_UNDECLARED:
            abort(414)
    if request.method not in WRITES:
        return
    if request.is_json:
        abort(415)
    view = current_app.view_functions.get(request.endpoint or "")
    measures: Mapping[str, int] = getattr(view, "measures", {})
    for name, most in _list_over(request.form, measures, LONGEST_UNDECLARED):
        if name not in getattr(view, "written", ()):
            raise Invalid({name[:LONGEST_CHOICE]: too_long(most)})
        g.is_too_long = True


def _list_over(
    formdata: Any, measures: Mapping[str, int], default: int | None = None
) -> Iterator[tuple[str, int]]:
    for name in formdata:
        most = measures.get(name, default)
        typed = [each for each in formdata.getlist(name) if isinstance(each, str)]
        if most is not None and any(len(each) > most and length_of(each) > most for each in typed):
            yield name, most


def _items(formdata: Any) -> Iterator[tuple[str, Any]]:
    return ((name, each) for name in formdata for each in formdata.getlist(name))


def _refuse(field: Field, typed: str, most: int, sentence: str) -> None:
    """Show the value again with its error; a password is not shown again."""
    kept = typed[: max(FEWEST_KEPT, KEPT_TIMES * most)]
    is_secret = isinstance(field, PasswordField)
    field.raw_data = [] if is_secret else [kept]
    field.data = kept if isinstance(field, StringField) and not is_secret else None
    field.process_errors = []
    field.pre_validate = _accept_choice
    field.validators = [TooLong(sentence)]


def _cleaner_of(field: Field) -> Callable[[str], str]:
    default = cleaned_text if isinstance(field, TextAreaField) else cleaned_line
    return getattr(field, "cleaner", default)


def _cleaned(clean: Callable[[str], str], typed: Any) -> Any:
    return clean(typed) if isinstance(typed, str) else typed


def _accept_choice(_form: AnyForm) -> None:
    """Replace the validation of a select field's choice."""


def _fields_of(form: type) -> Iterator[tuple[str, UnboundField]]:
    for attribute in dir(form):
        unbound = getattr(form, attribute, None)
        if isinstance(unbound, UnboundField):
            yield unbound.name or attribute, unbound


def _written_in(form: type) -> set[str]:
    """Return the names of the fields that people type in."""
    return {
        name
        for name, unbound in _fields_of(form)
        if not issubclass(unbound.field_class, (*CHOICE_FIELDS, HiddenField))
    }


def _measure_of(form: type, name: str, unbound: UnboundField) -> int:
    if name in (declared := getattr(form, "longest", {})):
        return int(declared[name])
    validators = unbound.kwargs.get("validators") or next(iter(unbound.args[1:2]), ()) or ()
    for each in validators:
        if isinstance(each, Longest):
            return each.number
    if issubclass(unbound.field_class, StringField):
        raise TypeError(f"{form.__name__}.{name} has no measure: give it a `Longest`.")
    return LONGEST_CHOICE


def _body_for(measures: Mapping[str, int]) -> int:
    most = max(measures.values(), default=0)
    if most <= LONGEST_CHOICE:
        return bodies.SMALL_BODY
    return bodies.FORM_BODY if most < LONG_TEXT else bodies.TEXT_BODY
