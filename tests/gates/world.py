"""One application in each state with everything that hangs on it, and somebody of every role at the gate.

What must stay hidden is a word that occurs nowhere else, so that one look at a body says whether it got out.
"""

from __future__ import annotations

import copy
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import models

from tessera.accounts.tokens import hash_of
from tessera.applications.models import Answer, Application, Document, Request, Status
from tessera.applications.services.requests import token_of
from tessera.calls.questions import clean_answer, read_form
from tessera.grants.services import save_table
from tests.applications.asking import ANSWERS, WIDE, question
from tests.applications.papers import pdf
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    DocumentFactory,
    LateCodeFactory,
    LetterFactory,
    LikenessFactory,
    MemberListFactory,
    NoteFactory,
    RequestFactory,
    UploadFactory,
    VerdictFactory,
)
from tests.factories.calls import CallFactory, make_call
from tests.factories.moments import NOW
from tests.factories.programmes import make_training
from tests.gates.visitor import Visitor

# A state of an application -> its status, and whether it was ever handed in.
STATES: dict[str, tuple[Status, bool]] = {
    **{status.value: (status, status not in (Status.DRAFT, Status.INCOMPLETE)) for status in Status},
    "withdrawn_draft": (Status.WITHDRAWN, False),
    "incomplete_again": (Status.INCOMPLETE, True),
}
UNSENT = {state for state, (_status, sent) in STATES.items() if not sent}

# What only some may read.
SECRETS = {
    "name": "Zoisita",
    "address": "zoisita@secret.example",
    "number": "ZZ77",
    "birth date": "1985-07-30",
    "birth day in words": "30 July 1985",
    "telephone": "+221 33 111 22 33",
    "answer": "Parce que nos réserves sont pleines de kunzite.",
    "answer for the office": "hambergite",
    "earlier grant": "taaffeite",
    "answer of those selected": "poudretteite",
    "reference": "painite",
    "why somebody refused": "benitoite",
    "note of the office": "serendibite",
    "note of the committee": "grandidierite",
    "note for the applicant": "jeremejevite",
    "another applicant": "Musgravita",
}
READ_BY_APPLICANT = set(SECRETS) - {
    "earlier grant", "reference", "why somebody refused", "note of the office", "note of the committee",
    "another applicant",
}  # fmt: skip
READ_BY_COMMITTEE = set(SECRETS) - {
    "birth date",
    "answer for the office", "earlier grant", "answer of those selected", "why somebody refused", "note of the office",
    "another applicant",
}  # fmt: skip
READ_BY_ENDORSER = {"name", "number", "answer"}
# Who reads what; whoever is not here reads nothing of it.
READ = {
    "applicant": READ_BY_APPLICANT,
    "another applicant": {"another applicant"},
    "committee": READ_BY_COMMITTEE,
    "national committee": READ_BY_ENDORSER,
    "office": set(SECRETS) - {"birth date"},  # in words
}

# Roles in the training of the calls, and beside it.
ROLES = ("participant", "trainer", "mentor", "reviewer", "funder", "committee", "host")
READERS = (
    "anonymous", "applicant", "another applicant", "nobody", *ROLES, "committee elsewhere", "host elsewhere",
    "national committee", "national committee elsewhere", "office", "admin",
)  # fmt: skip


def form() -> dict[str, Any]:
    asked = copy.deepcopy(WIDE)
    asked["steps"][0]["questions"].append(question("needs", "short_text", identity=True, seen_by="office"))
    asked["steps"][0]["questions"].append(
        question("earlier_grant_on", "date", identity=True, seen_by="office", fact="earlier_grant_on")
    )
    asked["steps"][-1]["questions"].append(
        question("passport", "file", stage="after_selection", identity=True, sensitive=True, seen_by="office")
    )
    return asked


class World:
    """Rows and users by name, made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.training = make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
        self.elsewhere = make_training(dates={"edtf": "2026-10-05/2026-10-09"}, phases=[])
        self.users: dict[str, Any] = {"anonymous": None, **self._people()}
        self.paper = self._paper()
        self.calls: dict[str, Any] = {}
        self.files: dict[str, Application] = {}
        self.others: dict[str, Application] = {}
        for n, state in enumerate(STATES):
            self.calls[state] = CallFactory(code=f"gate-{state}", training=self.training, form=form())
            self.files[state] = self._file(state, n)
            self.others[state] = self._file_of_another(state, n)
        self.likeness = LikenessFactory(first=self.files["submitted"], second=self.others["submitted"])
        self.desk = {
            "draft": make_call(training=self.training.slug, title={"en": "Kept back"}, rules=[RULE]),
            "open": make_call(
                training=self.training.slug, title={"en": "Come", "fr": "Venez", "es": "Vengan"}, rules=[RULE],
                status="open",
            ),
        }  # fmt: skip
        named = {"id": "", "name": {"en": "Dues", "fr": "Cotisations", "es": "Cuotas"}, "categories": []}
        self.table = save_table(named, by=None, at=NOW, expected_version=0).obj
        for call in (None, self.calls["submitted"]):
            MemberListFactory(call=call)
        self.late_code = LateCodeFactory(call=self.calls["submitted"])
        self.links = self._links()
        handler = BaseHandler()
        handler.load_middleware()
        self.clients = {name: Visitor(handler, user) for name, user in self.users.items()}

    def _people(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "applicant": UserFactory(email=SECRETS["address"]),
            "another applicant": UserFactory(email="musgravita@other.example"),
            "nobody": UserFactory(),
            "office": OfficeUserFactory(),
            "admin": AdminUserFactory(),
        }
        scopes = {
            **{role: (role, "training", self.training.slug) for role in ROLES},
            "committee elsewhere": ("committee", "training", self.elsewhere.slug),
            "host elsewhere": ("host", "training", self.elsewhere.slug),
            "national committee": ("host", "country", "SN"),
            "national committee elsewhere": ("host", "country", "TG"),
        }
        for name, (role, kind, key) in scopes.items():
            found[name] = UserFactory()
            RoleGrantFactory(user=found[name], role=role, scope_kind=kind, scope_key=key)
        return found

    def _paper(self) -> str:
        (self.folder / "applications").mkdir(parents=True)
        (self.folder / "applications" / "paper").write_bytes(pdf(1))
        return "applications/paper"

    def _file(self, state: str, n: int) -> Application:
        status, sent = STATES[state]
        call = self.calls[state]
        completion = {"until": (NOW + timedelta(days=5)).isoformat(), "questions": ["cv"], "text": "The CV."}
        made: Any = ApplicationFactory(
            number=f"{SECRETS['number']}{n:02}", call=call, applicant=self.users["applicant"], name="Zoisita Grès",
            names_folded="zoisita gres", revision=1, email=SECRETS["address"], institution="Musée du Basalte", status=status,
            submitted_at=NOW - timedelta(days=1) if sent else None, saved_at=NOW - timedelta(days=2),
            form_version=call.form_versions.get() if sent else None,
            rule_version=call.rule_versions.get() if sent else None,
            completion=completion if status == Status.RETURNED else {},
        )  # fmt: skip
        answers = ANSWERS | {
            "full_name": "Zoisita Grès", "phone": SECRETS["telephone"], "letter": SECRETS["answer"],
            "needs": SECRETS["answer for the office"], "email": SECRETS["address"],
            "signature": {"name": "Zoisita Grès", "on": "2026-03-01"},
        }  # fmt: skip
        documents = [
            DocumentFactory(application=made, question=key, name=f"Zoisita {key}.pdf", path=self.paper)
            for key in ("cv", "work_sample", "pay_slip", "passport")
        ]
        if status == Status.ACCEPTED:
            answers["diet"] = SECRETS["answer of those selected"]
        answers |= {row.question: {"document": str(row.key), "name": row.name} for row in documents}
        asked = {one.key: one for one in read_form(form()).questions}
        Answer.objects.bulk_create(
            Answer(application=made, question=key, value=clean_answer(asked[key], value), saved_at=NOW, revision=1)
            for key, value in answers.items()
        )
        UploadFactory(application=made, question="cv", name="Zoisita new.pdf", path=f"uploads/{n}")
        given = RequestFactory(
            application=made, state="given", answered_at=NOW, opinion="full", text=SECRETS["reference"],
            name="Moussa Silex",
        )  # fmt: skip
        LetterFactory(request=given, path=self.paper)
        RequestFactory(
            application=made, question="second", state="refused", answered_at=NOW,
            text=SECRETS["why somebody refused"],
        )  # fmt: skip
        RequestFactory(application=made, endorsement=True, name="Comité du Sénégal", email="comite.sn@example.org")
        for reader in ("office", "committee", "applicant"):
            said = {"office": "note of the office", "committee": "note of the committee"}
            text = SECRETS[said.get(reader, "note for the applicant")]
            NoteFactory(application=made, visibility=reader, text=text)
        if sent:
            for rule, facts, words in (
                ("age", ["birth_date"], "Aged 41."),
                ("pause", ["earlier_grant_on"], SECRETS["earlier grant"]),
            ):
                document = {"rule": rule, "weight": "person", "sentence": {"en": words}, "reason": {}, "facts": facts}
                VerdictFactory(application=made, rule=rule, outcome="person", document=document)
        return made

    def _file_of_another(self, state: str, n: int) -> Application:
        made: Any = ApplicationFactory(
            number=f"YY99{n:02}", submitted=True, call=self.calls[state], applicant=self.users["another applicant"],
            name=SECRETS["another applicant"], country_id="TG",
        )  # fmt: skip
        values = {"full_name": SECRETS["another applicant"], "letter": "Pour apprendre."}
        Answer.objects.bulk_create(
            Answer(application=made, question=key, value=value, saved_at=NOW, revision=1)
            for key, value in values.items()
        )
        return made

    def _links(self) -> dict[str, str]:
        """Links by what they are; all but those of "reference" and "endorsement" lead nowhere any more."""
        mine = self.files["submitted"]
        asked: dict[str, Any] = {
            "reference": RequestFactory(application=mine, question="third"),
            "of another application": RequestFactory(application=self.others["eligible"], question="referee"),
            "endorsement": Request.objects.get(application=mine, kind="endorsement"),
        }
        for row in asked.values():
            row.token_hash = hash_of(token_of(row))
            row.save(update_fields=["token_hash"])
        over = RequestFactory(
            application=mine, question="fourth", asked_at=NOW - timedelta(days=9), due_at=NOW - timedelta(days=2),
            expires_at=NOW - timedelta(days=1),
        )  # fmt: skip
        over.token_hash = hash_of(token_of(over))
        over.save(update_fields=["token_hash"])
        withdrawn = RequestFactory(application=self.files["withdrawn"], question="third")
        withdrawn.token_hash = hash_of(token_of(withdrawn))
        withdrawn.save(update_fields=["token_hash"])
        reviewed = Request.objects.get(application=self.files["under_review"], kind="endorsement")
        elsewhere = ApplicationFactory(
            submitted=True, call=self.calls["submitted"], name="Lazulite", country_id="ML", number="XX0001"
        )
        was_host = RequestFactory(
            application=elsewhere, endorsement=True, country_id="ML", email=self.users["nobody"].email
        )
        for row in (reviewed, was_host):
            row.token_hash = hash_of(token_of(row))
            row.save(update_fields=["token_hash"])
        used = Request.objects.get(application=mine, state="given")
        replaced = RequestFactory(application=mine, question="fifth", replaced_at=NOW)
        found = {name: token_of(row) for name, row in asked.items()}
        forged = found["reference"][:-2] + ("AA" if not found["reference"].endswith("AA") else "BB")
        return found | {
            "used": token_of(used), "replaced": token_of(replaced), "expired": token_of(over),
            "of a withdrawn file": token_of(withdrawn), "of a file under review": token_of(reviewed),
            "of who was a host": token_of(was_host), "forged": forged, "invented": "x" * 43,
            "a key": str(uuid.uuid4()), "a number": mine.number, "long": "A" * 3000,
        }  # fmt: skip

    def document(self, state: str, question: str) -> Document:
        return Document.objects.get(application=self.files[state], question=question)


RULE = {
    "key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-01", "max": 45},
    "reason": {"en": "The law.", "fr": "La loi.", "es": "La ley."},
}  # fmt: skip


def rows_of_everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of our own tables, to compare what was with what is."""
    from django.apps import apps

    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model.__module__.startswith("tessera.") and issubclass(model, models.Model)
    }
