"""Proposals from the public form: sent, confirmed once, decided once, forgotten; nobody learns who is known."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from tessera.accounts.holdings import holdings
from tessera.accounts.models import RoleGrant, User
from tessera.activity.models import Activity
from tessera.messaging.models import Message
from tessera.planning.models import Proposal
from tessera.planning.services import proposals as services
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.planning import make_proposal, proposal_facts

pytestmark = pytest.mark.django_db
CELIA = "celia.pizarra@example.org"
FORM = {
    "organisation": "House of Basalt", "capacity": "committee", "country": "SN", "city": "Dakar", "need": "Stores are full.",
    "topic_words": "Stores", "dates": "2027-03", "languages": ["fr"], "budget": "24000", "currency": "EUR",
    "name": "Celia Pizarra", "email": f" {CELIA.upper()} ",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def link_in(message: Message, part: str) -> str:
    return next(path for path in re.findall(r"https?://[^/]+(/\S+)", message.text) if part in path)


def test_the_office_gets_a_proposal_only_after_its_mail_was_answered(client):
    answer = client.post("/fr/propose/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/fr/propose/sent/")
    proposal, mail = Proposal.objects.get(), Message.objects.get()
    assert (proposal.state, proposal.email, proposal.language, proposal.budget) == ("draft", CELIA, "fr", 24_000_00)
    assert (mail.address, mail.template, mail.language, mail.confidential) == (CELIA, "proposal_confirm", "fr", True)
    assert list(Proposal.objects.visible_to(OfficeUserFactory())) == []
    link = link_in(mail, "/confirm/")
    assert link.rstrip("/").rpartition("/")[2] not in str(Proposal.objects.values())  # only its hash is kept

    assert client.get(link).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "draft"  # mail programs open links by themselves

    done = client.post(link, follow=True)
    proposal.refresh_from_db()
    assert (done.status_code, proposal.state, proposal.confirmed_at) == (200, "received", NOW)
    assert [m.template for m in Message.objects.order_by("pk")] == ["proposal_confirm", "proposal_received"]
    assert [(a.verb, a.before, a.after, a.by) for a in Activity.objects.filter(object_type="proposal")] == [
        ("proposal.received", "draft", "received", None)
    ]


@pytest.mark.parametrize("again", ["get", "post"])
def test_a_link_works_once(client, again):
    client.post("/en/propose/", FORM)
    link = link_in(Message.objects.get(), "/confirm/")
    client.post(link)
    answer = getattr(client, again)(link)
    assert answer.status_code == 410
    assert (Message.objects.filter(template="proposal_received").count(), Proposal.objects.get().version) == (1, 1)


@pytest.mark.parametrize("token", ["nonsense", "x" * 500])
def test_a_link_that_is_not_ours_says_nothing(client, token):
    assert client.get(f"/en/propose/confirm/{token}/").status_code == 410
    assert client.post(f"/en/propose/mine/{token}/").status_code == 410


def test_a_link_that_is_too_old_changes_nothing(client):
    client.post("/en/propose/", FORM)
    link = link_in(Message.objects.get(), "/confirm/")
    with time_machine.travel(NOW + timedelta(days=7, seconds=1), tick=False):
        assert client.post(link).status_code == 410
    assert Proposal.objects.get().state == "draft"


def test_the_answer_is_the_same_for_a_known_address(client):
    UserFactory(email=CELIA)
    make_proposal(email=CELIA)
    known, unknown = (
        client.post("/en/propose/", FORM),
        client.post("/en/propose/", {**FORM, "email": "hugo@example.org"}),
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_sending_again_and_again_is_limited(client):
    answers = [client.post("/en/propose/", FORM).status_code for _ in range(12)]
    assert answers == [302] * 10 + [429] * 2
    assert (Proposal.objects.count(), Message.objects.count()) == (5, 5)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("email", "no address"), ("country", "XX"), ("country", ""), ("need", " \u200b "), ("dates", "2027-02-30"),
        ("dates", "sometime"), ("budget", "-1"), ("budget", "10.005"), ("budget", "1.200"),
        ("budget", "1,200"), ("budget", "1.200,50"), ("currency", ""), ("capacity", ""), ("topic", "no-such"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_at_its_field(client, field, written):
    answer = client.post("/en/propose/", {**FORM, field: written})
    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert (Proposal.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "minor"), [("1200,50", 120_050), ("1200.5", 120_050), ("1\u202f200", 120_000), ("12 000,00", 1_200_000)]
)
def test_what_it_would_cost_is_read_as_it_is_written_anywhere(client, typed, minor):
    assert client.post("/fr/propose/", {**FORM, "budget": typed}).status_code == 302
    assert Proposal.objects.get().budget == minor


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "nomme un mois qui n’existe pas"),
        ("es", "nombra un mes que no existe"),
    ],
)
def test_a_wrong_date_is_refused_in_the_language_of_the_page(client, language, sentence):
    html = client.post(f"/{language}/propose/", {**FORM, "dates": "2027-13"}).content.decode()
    assert sentence in html
    assert "month that does not exist" not in html


def test_markup_in_a_proposal_is_shown_as_text(client):
    proposal = make_proposal(need="<script>alert(1)</script>", organisation="<b>House</b>")
    html = client.get(services.proposer_path(proposal)).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_what_nobody_confirms_is_forgotten_after_seven_days():
    services.send_proposal(proposal_facts(), language="en", at=NOW)
    kept = make_proposal()
    assert services.tidy_proposals(at=NOW + timedelta(days=7)) == 0
    assert services.tidy_proposals(at=NOW + timedelta(days=7, seconds=1)) == 1
    assert list(Proposal.objects.all()) == [kept]


@pytest.mark.parametrize(("role", "held"), [("host", "host"), ("committee", "committee")])
def test_accepting_makes_a_stranger_host_or_committee_of_the_country(role, held):
    office, proposal = OfficeUserFactory(), make_proposal(email=CELIA)
    services.accept_proposal(proposal, by=office, at=NOW, role=role, reason="Welcome.")
    grant = RoleGrant.objects.get(user__email=CELIA)
    assert (grant.role, grant.scope_kind, grant.scope_key, grant.granted_by) == (held, "country", "SN", office)
    assert [m.template for m in Message.objects.order_by("pk")] == [
        "proposal_received",
        "invitation",
        "proposal_accepted",
    ]
    assert Message.objects.last().language == "fr"
    assert "Welcome." in Message.objects.last().text


def test_accepting_gives_the_role_to_an_account_that_is_there():
    user = UserFactory(email=CELIA)
    services.accept_proposal(make_proposal(email=CELIA), by=OfficeUserFactory(), at=NOW, role="host")
    assert [(g.user, g.role) for g in RoleGrant.objects.filter(role="host")] == [(user, "host")]
    assert Message.objects.filter(template="invitation").count() == 0


def test_accepting_a_rehearsal_proposal_gives_a_real_account_nothing():
    UserFactory(email=CELIA)
    services.accept_proposal(make_proposal(email=CELIA, rehearsal=True), by=OfficeUserFactory(), at=NOW, role="host")
    assert RoleGrant.objects.filter(role="host").count() == 0


def test_a_proposal_is_decided_once():
    office, proposal = OfficeUserFactory(), make_proposal()
    services.decline_proposal(proposal, by=office, at=NOW, reason="No budget.")
    before = Proposal.objects.values().get()
    count = Message.objects.count()
    for act in (
        lambda: services.accept_proposal(proposal, by=office, at=NOW, role="host"),
        lambda: services.decline_proposal(proposal, by=office, at=NOW, reason="Again."),
    ):
        with pytest.raises(services.AlreadyDecided):
            act()
    assert (Proposal.objects.values().get(), Message.objects.count(), RoleGrant.objects.filter(role="host").count()) == (
        before, count, 0)  # fmt: skip


def test_declining_needs_a_reason():
    proposal = make_proposal()
    with pytest.raises(services.ReasonMissing):
        services.decline_proposal(proposal, by=OfficeUserFactory(), at=NOW, reason="  ")
    assert Proposal.objects.get().state == "received"


def test_the_proposer_takes_it_back_by_the_link_of_the_mail(client):
    proposal = make_proposal()
    path = services.proposer_path(proposal)
    assert client.get(path).status_code == 200
    for _ in range(2):
        assert client.post(path).status_code == 302
    assert Proposal.objects.get().state == "withdrawn"
    assert Activity.objects.filter(verb="proposal.withdrawn").count() == 1


def test_a_declined_proposal_cannot_be_taken_back(client):
    proposal = make_proposal()
    services.decline_proposal(proposal, by=OfficeUserFactory(), at=NOW, reason="No budget.")
    client.post(services.proposer_path(proposal))
    assert Proposal.objects.get().state == "declined"


def test_an_unconfirmed_proposal_is_seen_by_nobody():
    services.send_proposal(proposal_facts(), language="en", at=NOW)
    received = make_proposal()
    for user, seen in ((OfficeUserFactory(), [received]), (AdminUserFactory(), []), (UserFactory(roles=["host"]), [])):
        assert list(Proposal.objects.visible_to(user)) == seen


def test_visible_proposals_are_those_that_may_be_viewed():
    from tessera.accounts.permissions import has_perm

    services.send_proposal(proposal_facts(), language="en", at=NOW)
    make_proposal()
    for role in ("host", "committee", "office", "admin", "funder"):
        user = UserFactory(roles=[role])
        allowed = {p.pk for p in Proposal.objects.all() if has_perm(user, "planning.view_proposal", p)}
        assert allowed == set(Proposal.objects.visible_to(user).values_list("pk", flat=True))


def test_a_person_reads_and_is_taken_out_of_their_proposals():
    user = UserFactory(email=CELIA)
    open_one, decided = make_proposal(email=CELIA), make_proposal(email=CELIA)
    services.decline_proposal(decided, by=OfficeUserFactory(), at=NOW, reason="No budget.")
    holding = next(h for h in holdings() if h.name == "planning.proposals")
    assert {row["code"] for row in holding.read(user)} == {open_one.code, decided.code}
    assert holding.count(user) == 2
    holding.erase(user, NOW)
    kept = Proposal.objects.get()
    assert (kept.code, kept.name, CELIA in kept.email, User.objects.filter(pk=user.pk).exists()) == (
        decided.code, "–", False, True)  # fmt: skip
    assert services.proposal_of(services.proposer_path(open_one).rstrip("/").rpartition("/")[2]) is None
