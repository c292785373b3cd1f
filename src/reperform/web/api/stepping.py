"""The steps: every form that pages and command know, as one operation each.

What a step asks comes from its form; files come as parts of a multipart request beside the fields. A record is named by
the address, looked up in what the caller may see. The answer is the record as it is afterwards; where it has left the
caller's sight, only its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from ninja import Body, File, Form, Header
from ninja.files import UploadedFile as Part
from pydantic import StringConstraints

from reperform.errors import N_, BadInput, Place, Stale
from reperform.ledger.asking import Ask, end_of, take
from reperform.ledger.asking import Field as Asked
from reperform.ledger.asking import Form as StepForm
from reperform.ledger.models import Account, Subject
from reperform.ledger.once import digest_of, once
from reperform.rectify.records import KINDS
from reperform.rules.steps import STEPS
from reperform.web import around as offered
from reperform.web.api import shapes
from reperform.web.api.around import model_of, record_of
from reperform.web.api.building import Operations, View, caller
from reperform.web.api.files import kept, within_quota
from reperform.web.api.reading import finding_of
from reperform.web.api.serving import Plain, one_served
from reperform.web.forms.asking import body_named, findings_named
from reperform.web.moment import now
from reperform.web.permissions import PEOPLE, POST, Access

FINDING = "finding"
Key = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x7e]*$")]
KEY: Any = Header("", alias="Idempotency-Key", description="the same key with the same request is answered once")  # type: ignore[type-arg]
Finder = Callable[[HttpRequest, str], Subject]


@dataclass(frozen=True)
class Call:
    """One call of a step: by whom, on what, with which words and files."""

    request: HttpRequest
    key: str
    subject: Subject | None
    asked: Any
    files: Sequence[UploadedFile[Any]] = ()

    @property
    def person(self) -> Account:
        return caller(self.request)


def answer(call: Call, taken: Callable[[], object]) -> Plain:
    """Take the step of a call once, on the version that was read, and return the record as it is then."""
    within_quota(call.request)

    def stepped() -> Plain:
        seen = getattr(call.asked, "seen", None)
        if call.subject is not None and seen is not None and call.subject.seq != seen:
            raise Stale(
                N_("{subject} was changed by someone else in the meantime."),
                hint=N_("Look at it again and repeat the step if it still applies."), subject=call.subject.number,
            )  # fmt: skip
        return after(taken(), call.person)

    asked = call.asked.model_dump(mode="json")
    digest = digest_of(call.request.path, asked, call.files) if call.key else ""
    return once(call.key, digest, stepped, by=call.person, at=now())


def after(made: object, person: Account) -> Plain:
    """Return a record after a step, as far as the person still sees it."""
    if isinstance(made, list):
        return {"numbers": [one.number for one in made]}
    if not isinstance(made, Subject):
        return {}
    seen = KINDS[made.kind].seen(person).filter(pk=made.pk).exists() if made.kind in KINDS else True
    return one_served(made, person) if seen else {"number": made.number}


def access_of(step: str) -> Access:
    """Return who may call a step: the roles of its row in the table of steps."""
    kind, _point, verb = step.partition(".")
    return Access(STEPS[kind, verb].roles & PEOPLE, (POST,))


def build(operations: Operations) -> None:
    """Build an operation for each form."""
    for form in (*offered.ALL, *offered.OPENING.values()):
        build_form(operations, form)


def build_form(operations: Operations, form: StepForm, find: Finder | None = None, at: str = "") -> None:
    """Build the operation of one form; `find` and `at` where its subject is no record around findings."""
    opening = form.opens == form.kind
    where = at or ("/findings" if form.kind == FINDING else f"/records/{form.kind}")
    path = f"{where}/steps/{form.verb}" if opening else f"{where}/{{number}}/steps/{form.verb}"
    finder = None if opening else find or _finder(form.kind)
    view = _with_files(form, finder) if _takes_files(form) else _without_files(form, finder)
    view.__doc__ = f"{form.label!s} ({form.name})"
    shape = shapes.record_of(model_of(form.opens or form.kind))
    operations.step(path, f"{form.kind}.{form.verb}", shape, access=access_of(form.name))(view)


def _takes_files(form: StepForm) -> bool:
    return any(one.ask is Ask.FILES for one in form.fields)


def _finder(kind: str) -> Finder:
    if kind == FINDING:
        return finding_of
    return lambda request, number: record_of(KINDS[kind], request, number)


def _taken(form: StepForm, call: Call) -> Plain:
    def stepped() -> object:
        made = take(form, call.subject, _values(form, call), by=call.person, at=now())
        return made if form.opens else call.subject

    return answer(call, stepped)


def _without_files(form: StepForm, find: Finder | None) -> View:
    shape = shapes.question(form)

    def on_record(request: HttpRequest, number: shapes.Name, asked: Any, key: Key = KEY) -> Plain:  # noqa: ANN401
        return _taken(form, Call(request, key, find(request, number) if find else None, asked))

    def opening(request: HttpRequest, asked: Any, key: Key = KEY) -> Plain:  # noqa: ANN401 - the form says its shape
        return _taken(form, Call(request, key, None, asked))

    view = on_record if find else opening
    view.__annotations__["asked"] = Body[shape]  # type: ignore[misc,valid-type]
    return view


def _with_files(form: StepForm, find: Finder | None) -> View:
    shape = shapes.question(form)

    def on_record(
        request: HttpRequest, number: shapes.Name, asked: Any, attachments: File[list[Part]] = [], key: Key = KEY,  # noqa: ANN401, B006 - read, never changed
    ) -> Plain:  # fmt: skip
        return _taken(form, Call(request, key, find(request, number) if find else None, asked, attachments))

    on_record.__annotations__["asked"] = Form[shape]  # type: ignore[misc,valid-type]
    return on_record


# What was written, as the verb takes it -----------------------------------------------------------------------------


def _values(form: StepForm, call: Call) -> dict[str, object]:
    return {one.name: value(one, call) for one in form.fields}


def value(one: Asked, call: Call) -> object:
    """Return what was written for one field, typed as its verb takes it."""
    if one.ask is Ask.FILES:
        if one.required and not call.files:
            raise BadInput(
                N_("{name} is missing."), rule="missing", place=Place(column=one.name),
                hint=N_("Send the files as parts named {name} of a multipart request."), name=one.name,
            )  # fmt: skip
        return kept(call.files)
    written = getattr(call.asked, one.name)
    try:
        if one.ask is Ask.BODY:
            return body_named(written) if written else None
        if one.ask is Ask.FINDINGS:
            return findings_named(" ".join(written), call.person)
    except ValidationError as error:
        raise BadInput(
            N_("{name} can't be used: {problem}"), rule="unknown", place=Place(column=one.name), name=one.name,
            problem=error.messages[0],
        ) from error  # fmt: skip
    if one.ask is Ask.MOMENT and written is not None:
        return end_of(written)
    return written
