"""How long what a request brings may be, measured before anything else looks at it.

To normalise Unicode takes a time that grows with the square of a run of combining marks, during
which nobody else is served; so no text reaches a filter, a validator, a counter of tries, a query
or Flask-Security before its length is known.

A form declares a measure for each field that takes words: the validator `Longest`, or `longest` of
its class for the fields of others (Flask-Security). `@takes(Form)` declares which forms a route is
sent; the size of the body that the route reads follows from that. A route that declares nothing
reads little. What belongs to no form (`next`, `seen`) may have LOOSE characters. Lengths are in
characters, without the spaces around and with one sign for a line end.
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

LOOSE = LONGEST_PATH
# What is chosen, not written: a word of ours, a number, a day.
CHOSEN = 200
LONGEST_PASSWORD = 1000
# More of what is too long is not shown again: ten times as much as may be, at least this much.
KEPT = 10_000
KEPT_TIMES = 10
WRITTEN = 20_000
GIVEN = (BooleanField, RadioField, SelectField, SelectMultipleField)
UNCLEANED = (HiddenField, PasswordField)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Longest:
    """Say how many characters a field may have; the measuring itself is done before validation."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.field_flags = {"longest": number}

    def __call__(self, _form: AnyForm, _field: Field) -> None:
        """Let what is left of it pass: `Measured.process` refuses what is too long."""


class TooLong:
    """Stand in the place of all validators of a field that holds too much."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: AnyForm, _field: Field) -> None:
        """Raise StopValidation, so that no other check reads the text."""
        raise StopValidation(self.sentence)


class Measured:
    """Give a form its measures: what is too long is shown again, but neither filtered nor judged.

    What is not, loses what nobody sees of it (`core.cleaning`) before any filter of its own; a
    secret stays as it was typed, and so does what the page put into the form.

    `too_long` holds the sentence for each such field, by its name.
    """

    longest: ClassVar[Mapping[str, int]] = {}
    too_long: dict[str, str]

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read what was sent, once it is measured."""
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
    """Measure what comes to pages; call it right after `bodies.init_app`."""
    app.before_request(_measure)


def takes(*forms: type) -> Callable[[View], View]:
    """Declare which forms a route of pages is sent, above the wrappers of its view."""
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
    """Give the measure of each field by its name; raise TypeError for words without one."""
    return {name: _measure_of(form, name, unbound) for name, unbound in _fields_of(form)}


def length_of(typed: str) -> int:
    """Count the characters of what was typed as its reader does."""
    return len(typed.replace("\r\n", "\n").strip())


def is_too_long() -> bool:
    """Tell whether a field of this request is refused for its length: nothing is tried or sent."""
    return bool(g.get("is_too_long"))


def _measure() -> None:
    """Refuse what is long and written by nobody, and note that a form is to refuse a field."""
    if bodies.is_for_programs():
        return
    for words in request.args.values():
        if len(words) > LOOSE:
            abort(414)
    if request.method not in WRITES:
        return
    if request.is_json:
        abort(415)
    view = current_app.view_functions.get(request.endpoint or "")
    measures: Mapping[str, int] = getattr(view, "measures", {})
    for name, most in _list_over(request.form, measures, LOOSE):
        if name not in getattr(view, "written", ()):
            raise Invalid({name[:CHOSEN]: too_long(most)})
        g.is_too_long = True


def _list_over(
    formdata: Any, measures: Mapping[str, int], otherwise: int | None = None
) -> Iterator[tuple[str, int]]:
    for name in formdata:
        most = measures.get(name, otherwise)
        typed = [each for each in formdata.getlist(name) if isinstance(each, str)]
        if most is not None and any(len(each) > most and length_of(each) > most for each in typed):
            yield name, most


def _items(formdata: Any) -> Iterator[tuple[str, Any]]:
    return ((name, each) for name in formdata for each in formdata.getlist(name))


def _refuse(field: Field, typed: str, most: int, sentence: str) -> None:
    """Put back what was typed where one corrects it; a secret is shown to nobody."""
    kept = typed[: max(KEPT, KEPT_TIMES * most)]
    is_secret = isinstance(field, PasswordField)
    field.raw_data = [] if is_secret else [kept]
    field.data = kept if isinstance(field, StringField) and not is_secret else None
    field.process_errors = []
    field.pre_validate = _let_pass
    field.validators = [TooLong(sentence)]


def _cleaner_of(field: Field) -> Callable[[str], str]:
    usual = cleaned_text if isinstance(field, TextAreaField) else cleaned_line
    return getattr(field, "cleaner", usual)


def _cleaned(clean: Callable[[str], str], typed: Any) -> Any:
    return clean(typed) if isinstance(typed, str) else typed


def _let_pass(_form: AnyForm) -> None:
    """Stand in the place of a choice's own judgement."""


def _fields_of(form: type) -> Iterator[tuple[str, UnboundField]]:
    for attribute in dir(form):
        unbound = getattr(form, attribute, None)
        if isinstance(unbound, UnboundField):
            yield unbound.name or attribute, unbound


def _written_in(form: type) -> set[str]:
    """Name the fields that people write in: the others hold what the page put there."""
    return {
        name
        for name, unbound in _fields_of(form)
        if not issubclass(unbound.field_class, (*GIVEN, HiddenField))
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
    return CHOSEN


def _body_for(measures: Mapping[str, int]) -> int:
    most = max(measures.values(), default=0)
    if most <= CHOSEN:
        return bodies.LITTLE
    return bodies.FORM if most < WRITTEN else bodies.TEXT
