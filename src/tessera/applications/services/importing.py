"""Applications that came on paper or by mail: a table, checked whole, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tessera.accounts.models import Role, User, holds
from tessera.activity.services import record
from tessera.applications.cells import NOT_IN_TABLES, example_of, read_cell
from tessera.applications.models import Answer, Application, Origin, Status
from tessera.applications.reading import asks_name
from tessera.applications.sending import tell_applicant
from tessera.applications.services.entering import account_at
from tessera.applications.services.likenesses import find_likenesses
from tessera.applications.services.papers import ensure_takes_papers
from tessera.applications.services.verdicts import judged, keep_judgement, kept_facts
from tessera.applications.tables import Line
from tessera.applications.windows import latest_day
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Form, Question, Type, answer_problems, clean_answer, read_form
from tessera.core.checks import nearest
from tessera.core.codes import new_code
from tessera.core.errors import DomainError
from tessera.core.folding import clean, fold
from tessera.core.sentences import Listed
from tessera.messaging.rendering import site_url
from tessera.places import datafiles
from tessera.web.dates import in_words
from tessera.web.punctuation import labelled

NEEDED = ("key", "name", "country")
OWN = ("key", "name", "email", "country", "institution", "strand", "language", "received_on", "origin")


class NotClean(DomainError):
    message = gettext_lazy("Nothing was written: some rows cannot be taken as they are.")


@dataclass
class Row:
    """One row: ``facts`` ready to be written, what is wrong with it, or that it is here already (``known``: its number).

    ``other`` is the number of another application of its address that the office may read.
    """

    line: int
    key: str
    name: str
    facts: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    known: str = ""
    other: str = ""


@dataclass
class Plan:
    """A whole file, read and checked; ``faults`` concern all of it."""

    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.faults and bool(self.rows) and not any(row.problems for row in self.rows)

    @property
    def new(self) -> list[Row]:
        return [row for row in self.rows if not row.known and not row.problems]


@dataclass(frozen=True)
class Column:
    """A column that a file may have: what it holds, and an example of a cell where one is needed to write it."""

    name: str
    said: str
    example: str = ""


def _codes() -> Listed:
    return Listed(tuple(settings.INTERFACE_LANGUAGES), any_of=True)


def _mails_of(call: Call) -> str:
    """The language of mails where the file names none: the call's, if the interface speaks it."""
    return call.main_language if call.main_language in settings.INTERFACE_LANGUAGES else settings.MAIN_LANGUAGE


def columns_of(call: Call) -> list[Column]:
    """The columns a file may have, those that are needed first."""
    strands = _strand_keys(call)
    own = (
        Column("key", _("your own mark for the paper, once in the file: needed"), "P-17"),
        Column("name", _("full name: needed"), "Awa Grès"),
        Column("country", _("country of work, its code or its name: needed"), "SN"),
        Column("email", _("e-mail address, for the mails and to follow the application here"), "awa.gres@example.org"),
        Column("institution", _("institution"), "Musée de la Pierre"),
        Column("strand", _("key of the strand, where there are several"), strands[0] if strands else ""),
        Column("language", _("language of the mails: %(codes)s") % {"codes": _codes()}, settings.MAIN_LANGUAGE),
        Column("received_on", _("day on which it arrived, for example 2027-03-15")),
        Column("origin", _("paper or mail"), "paper"),
    )
    return [*own] + [
        Column(question.key, question.label.best()[0], example_of(question))
        for question in _form(call).questions
        if question.type not in NOT_IN_TABLES and question.stage == "apply" and question.key not in OWN
    ]


def plan_import(call: Call, heading: list[str], lines: Iterable[Line], *, at: datetime) -> Plan:
    """Read every row and say everything that is wrong; nothing is written."""
    plan = Plan()
    form = _form(call)
    questions = {question.key: question for question in form.questions}
    names = {fold(name).replace(" ", "_"): name for name in heading if name}
    for name in heading:
        key = fold(name).replace(" ", "_")
        question = questions.get(key)
        if name and key not in OWN and question is None:
            plan.faults.append(_no_column(name, [*OWN, *questions]))
        elif question is not None and key not in OWN and question.type in NOT_IN_TABLES:
            plan.faults.append(_("“%(name)s” cannot be read from a table: leave the column out.") % {"name": name})
    plan.faults += [_("The column “%(name)s” is missing.") % {"name": name} for name in NEEDED if name not in names]
    if len([name for name in heading if name]) != len(names):
        plan.faults.append(_("A column stands twice."))
    if plan.faults:
        return plan
    for line in lines:
        cells = {fold(name).replace(" ", "_"): text for name, text in line.cells.items()}
        plan.rows.append(_row(line.number, cells, call, questions, at))
    return _conflicts(plan, call)


def plan_again(call: Call, kept: Iterable[Mapping[str, Any]]) -> Plan:
    """The plan of rows that were clean when they were shown, checked against what has come in since."""
    rows = [Row(one["line"], one["facts"]["key"], one["facts"]["name"], dict(one["facts"])) for one in kept]
    return _conflicts(Plan(rows), call)


@transaction.atomic
def write_import(call: Call, plan: Plan, *, by: Any, at: datetime) -> list[Application]:
    """Write every new row as a submitted application, judged by the rules; NotClean where one row is not, and nothing is.

    TakesNoPapers where its call is not open yet, decided or over.
    It belongs to the account of its address, so that its writer can follow it; without an address to nobody.
    Rows that are here already stay as they are, so that the same file twice writes once.
    """
    ensure_takes_papers(Call.objects.select_for_update(no_key=True).get(pk=call.pk))
    if not plan.clean:
        raise NotClean
    version, rules = latest_form(call), latest_rules(call)
    form = _form(call)
    made = []
    for row in plan.new:
        facts = row.facts
        received = datetime.combine(date.fromisoformat(facts["received_on"]), time(12), UTC)
        applicant = _writer(facts["email"], facts["language"], call, by, at)
        application = Application.objects.create(
            number=new_code(), call=call, strand=facts["strand"], applicant=applicant, origin=facts["origin"],
            language=facts["language"], status=Status.SUBMITTED, name=facts["name"][:300],
            names_folded=fold(facts["name"])[:600], email=facts["email"], country_id=facts["country"],
            institution=facts["institution"][:300], profile={"import_key": facts["key"]}, started_at=at, saved_at=at,
            submitted_at=min(received, at), status_at=at, revision=1, form_version=version, rule_version=rules,
            rehearsal=call.rehearsal,
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(application=application, question=key, value=value, saved_at=at, revision=1)
            for key, value in facts["answers"].items()
        )
        record(
            "application.imported", application, by=by, at=at, after=Status.SUBMITTED, reason=facts["key"], public=False
        )
        judgement = judged(application, rules, form, facts["answers"], at=min(received, at))
        keep_judgement(application, judgement, at=at)
        application.profile |= kept_facts(judgement)
        application.save(update_fields=["profile", "priorities"])
        tell_applicant(
            "paper_received", application, key=f"paper_received:{application.pk}", at=at,
            context={"day": partial(in_words, received.date()), "privacy": lambda: site_url(f"/{get_language()}/privacy/")},
        )  # fmt: skip
        made.append(application)
    if made:
        find_likenesses(at=at, call=call)
    return made


def _writer(address: str, language: str, call: Call, by: Any, at: datetime) -> User | None:
    """The account that the paper belongs to; None where it would not do.

    Without an address; in a rehearsal, which makes no accounts, for anybody real; of a closed account or of the office;
    of one that has another application here.
    """
    if not address:
        return None
    if call.rehearsal:
        found = User.objects.filter(email__iexact=address, rehearsal=True).first()
    else:
        found = account_at(address, language, by=by, at=at)
    if found is None or not found.is_active or holds(found, Role.OFFICE):
        return None
    return None if Application.objects.filter(call=call, applicant=found).exists() else found


def _no_column(name: str, known: list[str]) -> str:
    said = _("There is no column “%(name)s”.") % {"name": name}
    near = nearest(name, known)
    return _("%(problem)s Nearest: %(nearest)s.") % {"problem": said, "nearest": ", ".join(near)} if near else said


def _form(call: Call) -> Form:
    version = latest_form(call)
    return read_form(version.document) if version else Form(())


def _row(number: int, cells: Mapping[str, str], call: Call, questions: Mapping[str, Question], at: datetime) -> Row:
    facts: dict[str, Any] = {name: clean(cells.get(name, ""), lines=False) for name in OWN}
    row = Row(number, facts["key"], facts["name"], facts)
    for name in NEEDED:
        if not facts[name]:
            row.problems.append(_("“%(name)s” is empty.") % {"name": name})
    _country(row)
    _address(row)
    _strand(row, call)
    facts["language"] = facts["language"].lower() or _mails_of(call)
    if facts["language"] not in dict(settings.LANGUAGES):
        _wrong(row, "language", _("“%(given)s” is not a language of the mails.") % {"given": facts["language"]})
    facts["origin"] = facts["origin"].lower() or Origin.PAPER
    if facts["origin"] not in (Origin.PAPER, Origin.MAIL):
        _wrong(row, "origin", _("“%(given)s” is neither paper nor mail.") % {"given": facts["origin"]})
    _day(row, at)
    facts["answers"] = {}
    for key, text in cells.items():
        if key in questions and key not in OWN:
            _answer(row, questions[key], text)
    for question in questions.values():
        own = {"country_of_work": facts["country"]}.get(question.fact)
        if own and question.type is Type.COUNTRY:
            facts["answers"].setdefault(question.key, own)
        if question.key in OWN and question.key != "key" and facts.get(question.key):
            facts["answers"].setdefault(question.key, facts[question.key])
        if asks_name(question) and facts["name"]:
            facts["answers"].setdefault(question.key, facts["name"])
    return row


def _wrong(row: Row, column: str, sentence: object) -> None:
    """Note what is wrong with one cell: the page says the line, the sentence begins with the column."""
    row.problems.append(labelled(column, sentence))


def _country(row: Row) -> None:
    given = row.facts["country"]
    if not given:
        return
    known = datafiles.read("countries")["countries"]
    names = {fold(name): code for code, one in known.items() for name in one["name"].values()}
    code = given.upper() if given.upper() in known else names.get(fold(given), "")
    if not code:
        _wrong(row, "country", _("“%(given)s” is not a country or territory of the list.") % {"given": given})
    row.facts["country"] = code


def _address(row: Row) -> None:
    row.facts["email"] = "".join(row.facts["email"].split())
    if row.facts["email"]:
        try:
            validate_email(row.facts["email"])
        except ValidationError:
            _wrong(row, "email", _("“%(given)s” is not an e-mail address.") % {"given": row.facts["email"]})


def _strand_keys(call: Call) -> list[str]:
    return [strand.key for strand in sorted(call.strands.all(), key=lambda one: (one.order, one.pk))]


def _strand(row: Row, call: Call) -> None:
    keys = _strand_keys(call)
    given = row.facts["strand"]
    if not given and len(keys) == 1:
        row.facts["strand"] = keys[0]
    elif given not in keys:
        said = _("“%(given)s” is no strand of this call: %(known)s.") % {"given": given, "known": ", ".join(keys)}
        _wrong(row, "strand", said)


def _day(row: Row, at: datetime) -> None:
    given = row.facts["received_on"]
    try:
        day = date.fromisoformat(given) if given else at.date()
    except ValueError:
        _wrong(row, "received_on", _("“%(given)s” is not a day: write for example 2027-03-15.") % {"given": given})
        return
    if day > latest_day(at):
        said = _("It cannot have arrived on %(given)s: that day has not come.") % {"given": given}
        _wrong(row, "received_on", said)
    row.facts["received_on"] = day.isoformat()


def _answer(row: Row, question: Question, text: str) -> None:
    cell = read_cell(question, text)
    for problem in cell.problems:
        _wrong(row, question.key, problem)
    value = clean_answer(question, cell.value)
    if cell.problems or value is None:
        return
    row.facts["answers"][question.key] = value
    own = frozenset({row.facts["email"].casefold()} - {""})
    for _code, sentence in answer_problems(question, value, own=own):
        _wrong(row, question.key, sentence)


def _conflicts(plan: Plan, call: Call) -> Plan:
    """Marks of the file that stand twice, addresses that have an application already, rows that are here already."""
    here = Application.objects.filter(call=call)
    known = {  # one that was withdrawn or merged does not come back with the next table
        profile["import_key"]: number
        for number, profile in here.exclude(origin=Origin.SELF).order_by("pk").values_list("number", "profile")
        if profile.get("import_key")
    }
    others = here.exclude(status=Status.WITHDRAWN).select_related("applicant")
    addresses = {  # one that was handed in is named rather than a draft of the same address
        email.casefold(): other
        for other in sorted(others, key=lambda one: (one.is_handed_in(), one.pk))
        for email in (other.email, other.applicant.email if other.applicant else "")
        if email
    }
    keys: dict[str, int] = {}
    seen: dict[str, int] = {}
    for row in plan.rows:
        if row.key and row.key in keys:
            _wrong(row, "key", _("The key stands already in line %(line)s.") % {"line": keys[row.key]})
        keys.setdefault(row.key, row.line)
        row.known = known.get(row.key, "")
        address = row.facts["email"].casefold()
        if address and address in seen:
            _wrong(row, "email", _("The address stands already in line %(line)s.") % {"line": seen[address]})
        if address:
            seen.setdefault(address, row.line)
        if address in addresses and not row.known:
            other = addresses[address]
            row.other = other.number if other.is_handed_in() else ""
            _wrong(row, "email", _said_of(other))
    return plan


def _said_of(other: Application) -> str:
    """That an address has an application already, and what to do where the office does not see it."""
    if other.is_handed_in():
        return _("This address has an application already: %(number)s.") % {"number": other.number}
    if other.is_writable():
        return _(
            "This person has begun an application online, which you do not see before it is submitted. Ask them to submit "
            "it, or leave the address out: once both are here, two of the same name are shown under “Duplicates”."
        )
    return _(
        "This person has begun an application online and has not submitted it in time; you do not see it. Leave the address "
        "out: the paper then counts without an account."
    )
