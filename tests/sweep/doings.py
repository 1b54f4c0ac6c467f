"""What people have done on the loaded site, so that no page is empty: mails, alerts, requests, drafts, merges.

Done once for the loaded database, through the services. ``Doings`` keeps the keys, and the links that only mails carry.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_ox.models import OxTask

from tessera.accounts import services as accounts
from tessera.accounts.models import Person, RoleGrant, User
from tessera.accounts.tokens import hash_of
from tessera.applications import services as applying
from tessera.applications.models import Likeness
from tessera.applications.services.requests import token_of
from tessera.calls import services as calls
from tessera.calls.documents import call_document
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.grants.services import save_table
from tessera.messaging.backends import FolderBackend
from tessera.messaging.models import Message
from tessera.organisations import services as organisations
from tessera.organisations.models import Organisation
from tessera.places.models import RegionScheme
from tessera.planning.models import Scenario
from tessera.planning.services import proposals
from tessera.portal import services as portal
from tessera.programmes import services as programmes
from tessera.programmes.models import Programme, Training
from tests.factories.accounts import PersonFactory, UserFactory
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    LikenessFactory,
    NoteFactory,
    RequestFactory,
    VerdictFactory,
    write_answers,
)
from tests.factories.messaging import BatchFactory, MessageFactory
from tests.factories.organisations import make_organisation, make_person
from tests.factories.places import make_scheme
from tests.factories.planning import ask, computed, make_proposal, proposal_facts
from tests.factories.programmes import make_series, make_source, make_topic

PASSWORD = "nine stones in a row"
READERS = ("reader", "guarded", "keyholder", "trainer", "host", "office", "admin")
TRAINING = "mexico-2023"
CALL = "rehearsal-call-la-paz"


def address_of(reader: str) -> str:
    return f"{reader}@sweep.example.org"


class Doings:
    """Keys of what was made, by name."""

    def __init__(self) -> None:
        self.at = timezone.now()
        self.keys: dict[str, Any] = {}
        self.people()
        self.mails()
        self.alerts()
        self.requests()
        self.records()
        self.planning()
        self.calls()
        self.applications()
        self.applying()

    def people(self) -> None:
        for reader in READERS:
            roles = [reader] if reader in ("trainer", "host", "office", "admin") else []
            person = PersonFactory(slug=f"sweep-{reader}", given="Celia", family=f"Pizarra {reader}", published=False)
            user: Any = UserFactory(
                email=address_of(reader),
                person=person,
                roles=roles,
                secret=PASSWORD,
                second_factor=reader == "guarded" or None,
            )
            self.keys[reader] = user.pk
        guarded = User.objects.get(pk=self.keys["guarded"])
        passkey = Authenticator.objects.create(
            user_id=self.keys["keyholder"],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Celia’s phone", "credential": {}},
        )
        grant = RoleGrant.objects.create(
            user=guarded, role="host", scope_kind="country", scope_key="AM", granted_at=self.at
        )
        link = accounts.make_link(guarded, uuid.uuid4(), at=self.at)
        self.keys |= {"passkey": passkey.pk, "grant": grant.pk, "link": last_part(link.url)}
        accounts.ask_address_change(guarded, "celia.pizarra@sweep.example.org", at=self.at)
        self.keys["address"] = last_part(self.link_mailed_to("celia.pizarra@sweep.example.org", "/account/address/"))

    def mails(self) -> None:
        kind: dict[str, Any] = {"template": "alert_news"}
        sent: Any = MessageFactory(sent=True, **kind)
        waiting: Any = MessageFactory(waiting=True, **kind)
        queued: Any = MessageFactory(**kind)
        dead: Any = MessageFactory(dead=True, **kind)
        batch: Any = BatchFactory(made_by_id=self.keys["admin"], **kind)
        MessageFactory.create_batch(3, batch=batch, waiting=True, **kind)
        self.keys |= {"sent": sent.pk, "waiting": waiting.pk, "queued": queued.pk, "dead": dead.pk, "batch": batch.pk}
        mail = EmailMultiAlternatives(
            "A letter", "Dear Celia Pizarra,\n\nall is well.\n", to=["celia@example.org"],
            headers={"Message-ID": "<letter@sweep.example.org>", "Content-Language": "en"},
        )  # fmt: skip
        mail.attach_alternative("<!doctype html><html lang=en><title>A letter</title><p>All is well.</p>", "text/html")
        FolderBackend(folder=str(settings.MAIL_FOLDER)).send_messages([mail])
        self.keys["mail"] = next(settings.MAIL_FOLDER.glob("*.eml")).stem
        fault = {"exception_class_path": "builtins.OSError", "traceback": "Traceback\n  somewhere\nOSError: disk full"}
        task = OxTask.objects.create(
            task_path="tessera.messaging.tasks.sweep", backend_name="default", status=OxTask.Status.FAILED, attempts=5,
            errors=[fault], enqueued_at=self.at, finished_at=self.at,
        )  # fmt: skip
        self.keys["task"] = task.pk

    def alerts(self) -> None:
        asked = portal.ask_alert("celia.pizarra@example.org", "region=AFR", "en", at=self.at)
        running = portal.confirm_alert(
            portal.ask_alert("hugo.granito@example.org", "q=museum", "en", at=self.at), at=self.at
        )
        self.keys |= {
            "alert_asked": last_part(portal.confirm_path(asked)),
            "alert": last_part(portal.manage_path(running)),
        }

    def requests(self) -> None:
        guarded = User.objects.get(pk=self.keys["guarded"])
        correction = accounts.ask_correction(guarded, "My family name is Pizarra, not Pizarro.", at=self.at)
        erasure = accounts.ask_erasure(guarded, at=self.at)
        export = accounts.request_export(guarded, language="en", at=self.at)
        self.keys |= {"correction": correction.pk, "erasure": erasure.pk, "export": export.key}

    def records(self) -> None:
        office = User.objects.get(pk=self.keys["office"])
        done: dict[str, Any] = {"by": office, "at": self.at}
        draft = programmes.clone_training(Training.objects.get(slug=TRAINING), **done)
        deleted = programmes.clone_training(Training.objects.get(slug=TRAINING), **done)
        programmes.delete_draft(deleted, **done)
        person = accounts.merge_persons(self.person("celia-pizarra"), self.person("celia-pizarra-twin"), **done)
        organisation = programmes.merge_organisations(
            make_organisation(id="house-of-slate", published=False),
            make_organisation(id="house-of-slate-twin", published=False),
            **done,
        )
        scheme = make_scheme()
        lost = self.person("celia-pizarra-lost")
        gone, topic = make_organisation(published=False), make_topic(published=False)
        organisations.delete_person(lost, **done)
        organisations.delete_organisation(gone, **done)
        programmes.delete_topic(topic, **done)
        lost_series = make_series("lost")
        programmes.delete_series(lost_series, **done)
        lost_source = make_source("X99")
        programmes.delete_source(lost_source, **done)
        self.keys |= {
            "source": make_source("X98").code, "source_deleted": lost_source.code,
            "draft": draft.slug, "deleted": deleted.slug, "person_merge": person.pk,
            "organisation_merge": organisation.pk, "scheme": scheme.code, "scheme_version": scheme.version,
            "training": Training.objects.filter(status="delivered", published=True).order_by("slug").values_list("slug", flat=True)[0],
            "programme": Programme.objects.get().natural_code,
            "topic_draft": make_topic(published=False).slug, "topic_deleted": topic.slug,
            "series": make_series("repeats").slug, "series_deleted": lost_series.slug,
            "person_deleted": lost.slug, "organisation_deleted": gone.slug,
            "person": Person.objects.filter(published=True).exclude(biography={}).order_by("slug").values_list("slug", flat=True)[0],
            "organisation": Organisation.objects.filter(published=True).order_by("slug").values_list("slug", flat=True)[0],
            "scheme_in_force": RegionScheme.objects.filter(code="unesco").order_by("-version").values_list("version", flat=True)[0],
        }  # fmt: skip

    def planning(self) -> None:
        proposals.send_proposal(proposal_facts(email="kai.corallo@sweep.example.org"), language="en", at=self.at)
        link = self.link_mailed_to("kai.corallo@sweep.example.org", "/propose/confirm/")
        received = make_proposal(email="amina.jaspe@sweep.example.org", language="en")
        plan = computed(proposals=[received.code])
        plan.code = "SWEEPPLN"  # named in the addresses of pages with a query
        plan.save(update_fields=["code"])
        changed = computed("Five a year", base=plan, per_year=5, proposals=[received.code])
        open_ = computed("Cut short")
        for level in open_.result["levels"]:
            level.update(bound=None if level["key"] == "days" else 0, proven=False)
        open_.result["status"] = "feasible"
        open_.save(update_fields=["result"])
        failed = ask("Failed")
        Scenario.objects.filter(pk=failed.pk).update(state="failed", result={"faults": ["Wrong."], "of": "solver"})
        self.keys |= {
            "proposal_sent": last_part(link), "proposal_mine": last_part(proposals.proposer_path(received)),
            "proposal": received.code, "scenario_changed": changed.code, "scenario_waiting": ask("Waiting").code,
            "scenario_open": open_.code, "scenario_failed": failed.code,
            "scenario_impossible": computed("Nine in French", languages={"fr": 9}).code,
        }  # fmt: skip

    def calls(self) -> None:
        source = Call.objects.get(code=CALL)
        done: dict[str, Any] = {"by": User.objects.get(pk=self.keys["office"]), "at": self.at}
        draft = calls.clone_call(source, source.training, **done)
        deleted = calls.clone_call(source, source.training, **done)
        soon, later = ((self.at + timedelta(days=days)).date().isoformat() for days in (20, 50))
        dates = {
            "opens": {"day": soon, "time": "09:00"},
            "deadline": {"day": later, "time": "18:00", "zone": "Africa/Dakar"},
        }
        read = {f"title.{language}": "current" for language in ("en", "fr", "es")}
        named = {"title": {"en": "Noise: call", "fr": "Bruit : appel", "es": "Ruido: convocatoria"}}
        calls.save_call({**call_document(draft), **named}, states=read, **done)
        coming = calls.clone_call(source, source.training, **done)
        named = {"title": {"en": "Light: call", "fr": "Lumière : appel", "es": "Luz: convocatoria"}}
        calls.save_call({**call_document(coming), **dates, **named}, states=read, **done)
        strands = calls.clone_call(source, source.training, **done)
        hosts = {"key": "hosts", "name": {"en": "Hosts", "fr": "Hôtes", "es": "Anfitriones"}, "places": {"max": 6}}
        guests = {
            "key": "guests", "name": {"en": "Guests"}, "audience": {"en": "For those who travel."}, "packages": ["full"],
            "deadline": {"day": later, "time": "12:00", "zone": "America/La_Paz"},
        }  # fmt: skip
        earlier = (self.at - timedelta(days=2)).date().isoformat()
        opened = {"opens": {"day": earlier, "time": "00:00"}, "strands": [hosts, guests]}
        named = {"title": {"en": "Dust: call", "fr": "Poussière : appel", "es": "Polvo: convocatoria"}}
        calls.save_call({**call_document(strands), **dates, **opened, **named}, states=read, **done)
        for call in (coming, strands):
            calls.save_rules(call, latest_rules(source).document, **done)  # type: ignore[union-attr]  # a copy leaves days to be set
            calls.publish_call(call, **done)
        calls.delete_draft(deleted, **done)
        self.keys |= {
            "call_draft": draft.code, "call_deleted": deleted.code, "call_coming": coming.code,
            "call_strands": strands.code, "table": self.table(),
            "question": latest_form(draft).document["steps"][0]["questions"][0]["key"],  # type: ignore[union-attr]
            "step": latest_form(draft).document["steps"][0]["key"],  # type: ignore[union-attr]
            "rule": latest_rules(draft).document["rules"][0]["key"],  # type: ignore[union-attr]
        }  # fmt: skip

    def applying(self) -> None:
        """The guarded reader writes to the open call of the rehearsal."""
        call = Call.objects.get(code=CALL)
        strand = call.strands.order_by("order", "pk")[0].key
        writer = User.objects.get(pk=self.keys["guarded"])
        mine = applying.start_application(call, strand, by=writer, language="en", at=self.at)
        write_answers(mine, {"full_name": "Celia Pizarra"}, at=self.at)

    def applications(self) -> None:
        call = Call.objects.get(code=CALL)
        mine: Any = ApplicationFactory(
            call=call, applicant_id=self.keys["reader"], submitted=True, name="Celia Pizarra", rehearsal=True, country_id="AM",
            started_at=self.at, saved_at=self.at, submitted_at=self.at, status_at=self.at,
        )  # fmt: skip
        other: Any = ApplicationFactory(
            call=call, submitted=True, name="Pizarra, Celia", rehearsal=True, email="celia@example.org", applicant=None,
            started_at=self.at, saved_at=self.at, submitted_at=self.at, status_at=self.at,
        )  # fmt: skip
        AnswerFactory(application=mine, question="motivation", saved_at=self.at)
        chosen: Any = ApplicationFactory(
            call=call, applicant_id=self.keys["host"], submitted=True, status="accepted", name="Celia Pizarra", rehearsal=True,
            country_id="AM", started_at=self.at, saved_at=self.at, submitted_at=self.at, status_at=self.at,
        )  # fmt: skip
        AnswerFactory(
            application=chosen, question="needs_consent", value={"agreed": True, "wording": 1}, saved_at=self.at
        )
        AnswerFactory(application=chosen, question="diet", value="Céleri", saved_at=self.at)
        VerdictFactory(
            application=mine, rule="age", outcome="not_met",
            document={"weight": "hard", "sentence": {"en": "Aged 47; at most 45.", "fr": "47 ans.", "es": "47 años."}},
        )  # fmt: skip
        NoteFactory(application=mine, at=self.at)
        LikenessFactory(first=mine, second=other, found_at=self.at)
        times = {"asked_at": self.at, "due_at": self.at + timedelta(days=9), "expires_at": self.at + timedelta(days=12)}
        asked: Any = RequestFactory(application=mine, language="en", **times)
        host: Any = RequestFactory(application=mine, endorsement=True, country_id="AM", language="en", **times)
        for row in (asked, host):
            row.token_hash = hash_of(token_of(row))
            row.save(update_fields=["token_hash"])
        self.keys |= {
            "request": token_of(asked), "request_of_country": token_of(host), "endorsement": host.pk,
            "application": mine.number, "chosen": chosen.number, "likeness": Likeness.objects.latest("pk").pk,
        }  # fmt: skip

    def table(self) -> str:
        names = {"en": "Income", "fr": "Revenu", "es": "Ingresos"}
        low = {"code": "A", "name": {"en": "Low", "fr": "Faible", "es": "Bajos"}, "countries": ["NE"]}
        document = {"id": "income", "name": names, "categories": [low]}
        return str(save_table(document, by=User.objects.get(pk=self.keys["office"]), at=self.at).obj.code)

    @staticmethod
    def person(key: str) -> Person:
        name = {"given": "Celia", "family": "Pizarra", "display": "Celia Pizarra"}
        return make_person(id=key, name=name, published=False)

    def link_mailed_to(self, address: str, part: str) -> str:
        text = Message.objects.filter(address=address).latest("pk").text
        return next(found for found in re.findall(r"https?://\S+", text) if part in found)


def last_part(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]
