"""Files of an application for whoever endorses it: by link and by account, in every state, and never a sensitive one."""

import copy
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from tessera.accounts.tokens import hash_of
from tessera.activity.models import Activity
from tessera.applications.models import Request, Status
from tessera.applications.requesting import request_page
from tessera.applications.services import requests as services
from tessera.applications.views.requests import FILES_PER_READER
from tessera.messaging.models import Message
from tests.applications.asking import WIDE, question
from tests.applications.papers import pdf
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.applications import ApplicationFactory, DocumentFactory, RequestFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
FILES = ("cv", "work_sample", "pay_slip", "passport", "plan")
# Read by reviewers and no mark of identity, asked before the deadline: see the form below.
READABLE = {"work_sample", "plan"}
ANSWERED = {"draft": 0, "incomplete": 0}  # states in which nothing is shown: it was never handed in
OPEN = {"submitted", "returned", "eligible", "ineligible"}


@pytest.fixture(autouse=True)
def _at_noon(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "applications").mkdir()
    (tmp_path / "applications" / "paper").write_bytes(pdf(1))
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    form = copy.deepcopy(WIDE)
    form["steps"][0]["questions"] += [
        # Whoever wrote this form forgot to keep it to the office: it is asked after the selection, and that is enough.
        question("passport", "file", accepts=["pdf"], stage="after_selection"),
        question("plan", "file", accepts=["pdf"]),
    ]
    return CallFactory(form=form)


def asked(call, *, status="submitted", country="SN", **facts):
    """A file in some state whose endorsement was asked, with all its documents."""
    made = ApplicationFactory(call=call, submitted=True, country_id=country, **facts)
    for key in FILES:
        DocumentFactory(application=made, question=key, name=f"{key}.pdf", path="applications/paper", size=1200)
    request = RequestFactory(application=made, endorsement=True, country_id=country, name="Comité du Sénégal")
    request.token_hash = hash_of(services.token_of(request))
    request.save(update_fields=["token_hash"])
    made.status = status
    if status in ANSWERED:
        made.submitted_at = None
    made.save()
    return request


def host_of(code):
    user = UserFactory(language="en")
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key=code)
    return user


def by_link(request, document):
    return f"/en/requests/{services.token_of(request)}/files/{document.key}/"


def opened(client, request):
    """The questions whose files the link opens; every other is the page of a dead link."""
    found = set()
    for document in request.application.documents.order_by("pk"):
        answer = client.get(by_link(request, document))
        assert answer.status_code in (200, 410)
        if answer.status_code == 200:
            found.add(document.question)
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{document.name}"'
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    return found


def listed(page):
    return set(re.findall(r">(\w+)\.pdf</a>", page))


@pytest.mark.parametrize("status", Status.values)
def test_a_link_opens_the_files_that_its_page_lists_in_every_state(client, call, status):
    request = asked(call, status=status)

    page = client.get(f"/en/requests/{services.token_of(request)}/")

    readable = READABLE if status in OPEN else set()
    assert page.status_code == (200 if status in OPEN | ANSWERED.keys() else 410)
    assert listed(page.content.decode()) == readable
    assert opened(client, request) == readable
    log = Activity.objects.filter(verb="application.file_read", object_key=request.application.number)
    assert sorted(log.values_list("reason", "actor", "by")) == [
        (key, "Comité du Sénégal", None) for key in sorted(readable)
    ]


@pytest.mark.parametrize("status", Status.values)
def test_a_host_who_is_signed_in_opens_the_same_files(client, call, status):
    request = asked(call, status=status)
    client.force_login(host_of("SN"))

    page = client.get(f"/en/requests/country/{request.pk}/").content.decode()
    answers = {
        row.question: client.get(f"/en/apply/file/{row.key}/").status_code
        for row in request.application.documents.order_by("pk")
    }

    # It is read to be endorsed: not before it is handed in, nor once its screening is over.
    seen = READABLE if status in OPEN else set()
    assert listed(page) == seen
    assert answers == {key: 200 if key in seen else 404 for key in FILES}


@pytest.mark.parametrize("state", ["asked", "given"])
@pytest.mark.parametrize(
    ("status", "of_call", "reads"),
    [
        ("submitted", "open", True),
        ("eligible", "closed", True),
        ("eligible", "in_review", False),
        ("under_review", "in_review", False),
        ("accepted", "decided", False),
        ("accepted", "archived", False),
        ("submitted", "cancelled", False),
    ],
)
def test_a_host_reads_a_file_as_long_as_it_is_screened_and_then_knows_the_own_answer_alone(
    client, call, status, of_call, reads, state
):
    request = asked(call, status=status, name="Awa Grès")
    Request.objects.filter(pk=request.pk).update(state=state, rank=3 if state == "given" else None)
    type(call).objects.filter(pk=call.pk).update(status=of_call)
    host = host_of("SN")
    client.force_login(host)

    opens = {row.question for row in request.application.documents.all()
             if client.get(f"/en/apply/file/{row.key}/").status_code == 200}  # fmt: skip
    page = client.get(f"/en/requests/country/{request.pk}/")
    listing = client.get("/en/requests/country/").content.decode()

    assert opens == (READABLE if reads else set())
    assert page.status_code == (200 if reads else 410)
    assert listed(page.content.decode()) == opens
    assert ("Awa Grès" in listing) == (reads or state == "given")
    assert (f"/requests/country/{request.pk}/" in listing) == reads
    assert set(Activity.objects.filter(verb="application.file_read").values_list("reason", flat=True)) == opens


def lost(host):
    host.grants.all().delete()
    host.forget_held()


def test_a_link_ends_with_the_role_of_whoever_it_was_sent_to(client, call):
    host, other = host_of("SN"), host_of("SN")
    request = asked(call, name="Awa Grès")
    Request.objects.filter(pk=request.pk).update(email=host.email.upper())
    link = f"/en/requests/{services.token_of(request)}/"
    before = (client.get(link).status_code, opened(client, request))
    log = Activity.objects.count()

    lost(host)
    page = client.get(link)
    posts = [client.post(link, data) for data in ({"opinion": "full", "text": "x"}, {"refuse": "1", "reason": "x"})]

    assert before == (200, READABLE)
    assert (page.status_code, "Awa Grès" in page.content.decode()) == (410, False)
    assert [post.status_code for post in posts] == [410, 410]
    assert opened(client, request) == set()
    request.refresh_from_db()
    assert (request.state, request.text, Activity.objects.count()) == ("asked", "", log)
    with pytest.raises(services.CannotAnswer):
        services.give(request, opinion="full", text="x", rank=None, by=None, at=NOW)
    client.force_login(other)  # whoever holds the country goes on
    assert listed(client.get(f"/en/requests/country/{request.pk}/").content.decode()) == READABLE


@pytest.mark.parametrize("gone", ["role", "account", "country"])
def test_no_link_and_no_reminder_is_mailed_to_whoever_lost_the_role(call, gone):
    host = host_of("SN")
    request = asked(call)
    Request.objects.filter(pk=request.pk).update(email=host.email)
    times = [NOW, request.due_at - timedelta(days=7)]
    assert [services.new_links(host.email, at=NOW), services.remind(at=times[1])] == [1, 1]
    sent = Message.objects.count()

    lost(host)
    if gone == "account":
        RoleGrantFactory(user=host, role="host", scope_kind="country", scope_key="SN")
        type(host).objects.filter(pk=host.pk).update(is_active=False)
    elif gone == "country":
        RoleGrantFactory(user=host, role="host", scope_kind="country", scope_key="TG")
    again = [services.new_links(host.email, at=NOW), services.remind(at=request.due_at - timedelta(days=2))]
    late = services.new_links(host.email, at=request.expires_at)

    assert (again, late, Message.objects.count()) == ([0, 0], 0, sent)
    request.refresh_from_db()
    assert (request.state, request.expires_at) == ("asked", NOW + timedelta(days=14))


def test_the_link_of_a_committee_without_an_account_or_of_an_employer_who_has_one_stays(client, call):
    committee, employer = asked(call), asked(call, name="Fatou Marbre")
    Request.objects.filter(pk=employer.pk).update(committee=False, email=UserFactory().email)

    assert [opened(client, one) for one in (committee, employer)] == [READABLE, READABLE]
    employer.refresh_from_db()
    assert [services.new_links(one.email, at=NOW) for one in (committee, employer)] == [1, 1]


def test_once_the_role_is_lost_the_next_host_is_asked_in_its_place(call):
    form = copy.deepcopy(WIDE)
    form["steps"][-2]["questions"].append(question("endorsement", "endorsement", channel="national_committee"))
    first = host_of("SN")
    made = ApplicationFactory(call=CallFactory(form=form), submitted=True, country_id="SN")
    services.ask(made, "endorsement", by=None, at=NOW)
    lost(first)
    second = host_of("SN")

    services.ask(made, "endorsement", by=None, at=NOW)

    rows = Request.objects.order_by("pk").values_list("email", "replaced_at", "token_hash")
    assert [(email, replaced, bool(token)) for email, replaced, token in rows] == [
        (first.email, NOW, False), (second.email, None, True),
    ]  # fmt: skip


@pytest.mark.parametrize("country", ["TG", None])
def test_a_host_of_another_country_opens_nothing(client, call, country):
    request = asked(call)
    client.force_login(host_of(country) if country else UserFactory())

    assert client.get(f"/en/requests/country/{request.pk}/").status_code == 404
    for row in request.application.documents.all():
        assert client.get(f"/en/apply/file/{row.key}/").status_code == 404
    assert Activity.objects.filter(verb="application.file_read").count() == 0


def test_a_link_opens_the_files_of_its_own_application_alone(client, call):
    request, other = asked(call), asked(call, name="Fatou Marbre")

    for row in other.application.documents.all():
        assert client.get(by_link(request, row)).status_code == 410
    assert Activity.objects.filter(verb="application.file_read").count() == 0


def test_the_link_of_a_reference_opens_no_file(client, call):
    request = asked(call)
    referee = RequestFactory(application=request.application)
    referee.token_hash = hash_of(services.token_of(referee))
    referee.save(update_fields=["token_hash"])

    assert opened(client, referee) == set()
    assert listed(client.get(f"/en/requests/{services.token_of(referee)}/").content.decode()) == set()


@pytest.mark.parametrize("how", ["used", "replaced", "expired", "forged"])
def test_a_dead_link_opens_nothing_and_says_nothing(client, call, how):
    request = asked(call, name="Awa Grès")
    row = request.application.documents.get(question="work_sample")
    path = by_link(request, row)
    if how == "used":
        services.give(request, opinion="full", text="", rank=None, by=None, at=NOW)
    elif how == "forged":
        path = f"/en/requests/{'A' * 43}/files/{row.key}/"
    else:
        gone = {"replaced": {"replaced_at": NOW}, "expired": {"expires_at": NOW - timedelta(seconds=1)}}[how]
        Request.objects.filter(pk=request.pk).update(**gone)
    before = Activity.objects.count()

    answer = client.get(path)

    page = answer.content.decode()
    assert answer.status_code == 410
    assert [word for word in ("Awa", "work_sample", request.application.number) if word in page] == []
    assert "/requests/new/" in page
    assert Activity.objects.count() == before


def test_a_file_that_is_replaced_or_gone_is_not_opened(client, call):
    request = asked(call)
    rows = {row.question: row for row in request.application.documents.all()}
    rows["work_sample"].replaced_at = NOW
    rows["work_sample"].save()
    rows["plan"].path = "applications/none"
    rows["plan"].save()

    assert opened(client, request) == set()


def test_nobody_tries_files_without_end(client, call):
    request = asked(call)
    row = request.application.documents.get(question="plan")

    answers = [client.get(by_link(request, row)).status_code for _ in range(FILES_PER_READER.count + 1)]

    assert answers == [200] * FILES_PER_READER.count + [429]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_request_costs_the_same_for_every_number_of_files(call, number, django_assert_num_queries):
    request = asked(call)
    request.application.documents.all().delete()
    for _ in range(number):
        DocumentFactory(application=request.application, question="plan", replaced_at=NOW)
    for key in ("work_sample", "plan")[:number]:
        DocumentFactory(application=request.application, question=key)
    found = services.request_of(services.token_of(request), at=NOW)

    with django_assert_num_queries(4):  # answers, form, files, siblings
        page = request_page(found)

    assert [file.document.question for file in page.files] == ["work_sample", "plan"][:number]
