"""What the office enters from a paper: files, rows and the signature, noted as that, for no other application."""

import pytest

from tessera.activity.models import Activity
from tessera.applications import services as applying
from tessera.applications.models import Answer, Document, Status
from tessera.applications.services import papers as services
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, sent
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, DocumentFactory
from tests.factories.calls import CallFactory
from tests.factories.grants import make_table
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]
POSTS = {
    "was-posts": "", "q-posts-0-title": "Registrar", "q-posts-0-from_year": "2019", "q-posts-0-place": "SN",
    "q-posts-0-kind": "paid", "q-posts-1-title": "",
}  # fmt: skip
SIGNED = {"was-signature": "", "q-signature-name": "Awa Grès", "q-signature-on": "2026-02-20"}


@pytest.fixture
def office(client):
    user = OfficeUserFactory(language="en")
    client.force_login(user)
    return user


def paper(**facts):
    call = CallFactory(form=WIDE, status="closed")
    return ApplicationFactory(
        **{"call": call, "applicant": None, "email": "", "origin": "paper", "submitted": True, "profile": {"import_key": "P-1"}}
        | facts
    )  # fmt: skip


def path_of(row):
    return f"/en/desk/applications/files/{row.number}/paper/"


def answers(row):
    return dict(Answer.objects.filter(application=row).values_list("question", "value"))


def test_the_office_enters_rows_signature_and_files_and_that_is_noted(client, office):
    row = paper()

    answer = client.post(path_of(row), {**POSTS, **SIGNED, "q-cv": sent("cv.pdf", pdf(2)), "do": "save"})

    row.refresh_from_db()
    found = answers(row)
    document = Document.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/en/desk/applications/files/{row.number}/")
    assert found["posts"] == [{"title": "Registrar", "from_year": 2019, "place": "SN", "kind": "paid"}]
    assert found["signature"] == {"name": "Awa Grès", "on": "2026-02-20"}
    assert found["cv"] == {"document": str(document.key), "name": "cv.pdf"}
    assert (document.state, document.pages, document.uploaded_by) == ("ready", 2, office)
    assert (row.status, row.name, row.profile["import_key"]) == ("submitted", "Awa Grès", "P-1")
    log = Activity.objects.filter(verb="application.paper_entered").order_by("pk")
    assert list(log.values_list("by", "reason")) == [(office.pk, "posts, signature"), (office.pk, "cv")]
    page = client.get(answer["Location"]).content.decode()
    assert [word for word in ("Registrar", "cv.pdf", "entered something from the paper") if word not in page] == []
    client.post(path_of(row), {**POSTS, **SIGNED, "do": "save"})
    assert log.count() == 2


def test_the_page_asks_for_what_a_table_cannot_hold_and_shows_what_is_there(client, office):
    row = paper()
    services.enter_from_paper(row, {"signature": {"name": "Awa Grès", "on": "2026-02-20"}}, by=office, at=NOW)

    page = client.get(path_of(row)).content.decode()

    asked = {name for name in ("posts", "signature", "cv", "letter", "full_name") if f'name="was-{name}"' in page}
    assert asked == {"posts", "signature", "cv"}
    assert 'value="Awa Grès"' in page
    assert "Enter files, rows and the signature from the paper" in client.get(
        f"/en/desk/applications/files/{row.number}/"
    ).content.decode()  # fmt: skip


def test_more_rows_are_offered_and_what_was_written_is_kept(client, office):
    row = paper()

    answer = client.post(path_of(row), {**POSTS, "do": "more:posts"})

    assert answer["Location"] == f"{path_of(row)}?more=posts#q-posts"
    assert answers(row)["posts"][0]["title"] == "Registrar"
    before, after = (client.get(path).content.decode().count("-title") for path in (path_of(row), answer["Location"]))
    assert after > before


def test_what_cannot_be_kept_is_marked_and_nothing_is_lost(client, office):
    row = paper()

    answer = client.post(path_of(row), {**SIGNED, "q-signature-on": "31 June", **POSTS})

    page = answer.content.decode()
    assert (answer.status_code, answers(row)) == (422, {})
    assert [word for word in ("31 June", "Registrar", "is not a day") if word not in page] == []


@pytest.mark.parametrize("data", [b"", b"<script>alert(1)</script>"])
def test_a_file_is_looked_into_like_every_other(client, office, data):
    row = paper()

    answer = client.post(path_of(row), {**SIGNED, "q-cv": sent("cv.pdf", data)})

    assert (answer.status_code, set(answers(row))) == (422, {"signature"})
    assert Document.objects.filter(state="ready").count() == 0
    assert "“cv.pdf”" in answer.content.decode()


def test_a_file_is_taken_back(client, office):
    row = paper()
    applying.take_file(row, "cv", sent("cv.pdf", pdf(1)), by=office, at=NOW, paper=True)

    client.post(path_of(row), {"do": "remove:cv"})

    assert (Document.objects.current().count(), answers(row)["cv"]) == (0, None)


@pytest.mark.parametrize("facts", [{"origin": "self"}, *({"status": status} for status in Status.values)])
def test_only_what_came_on_paper_is_entered_while_it_is_screened(client, office, facts):
    row = paper()
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    may = row.origin != "self" and row.status in ("submitted", "eligible", "ineligible")

    client.post(path_of(row), {**SIGNED, "q-cv": sent("cv.pdf", pdf(1))})

    assert set(answers(row)) == ({"signature", "cv"} if may else set())
    if not may:
        for act in (
            lambda: services.enter_from_paper(row, {"signature": {"name": "x", "on": "2026-02-20"}}, by=office, at=NOW),
            lambda: applying.take_file(row, "cv", sent("cv.pdf", pdf(1)), by=office, at=NOW, paper=True),
            lambda: applying.remove_file(row, "cv", by=office, at=NOW, paper=True),
        ):
            with pytest.raises(services.NotFromPaper):
                act()
        assert (answers(row), Document.objects.count()) == ({}, 0)


def test_other_questions_are_left_as_they_are(office):
    row = paper()
    Answer.objects.create(application=row, question="letter", value="As it stood.", saved_at=NOW, revision=1)

    assert services.enter_from_paper(row, {"letter": "Changed", "nothing": "x"}, by=office, at=NOW) == []

    assert answers(row) == {"letter": "As it stood."}


@pytest.mark.parametrize("role", ["committee", "reviewer", "host", None])
def test_nobody_but_the_office_enters_anything(client, role):
    row = paper()
    user = UserFactory()
    if role:
        RoleGrantFactory(user=user, role=role, scope_kind="training", scope_key=row.call.training.slug)
    client.force_login(user)

    answers_ = [client.get(path_of(row)).status_code, client.post(path_of(row), SIGNED).status_code]

    assert answers_ == [403, 403] if role == "committee" else [404, 404]
    assert answers(row) == {}


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_every_number_of_files(client, office, n, django_assert_num_queries):
    row = paper()
    for key in ("cv", "work_sample", "pay_slip")[:n]:
        DocumentFactory(application=row, question=key)
    client.get(path_of(row))

    # session, user, roles; application, strands, answers, files, requests, verdicts, waivers; slots, uploads
    with django_assert_num_queries(12):
        client.get(path_of(row))


def test_what_is_entered_later_is_judged_by_the_categories_of_the_day_of_handing_in(client, office):
    table = make_table("dues", one=["FR"], four=["SN"])
    params = {"table": "dues", "categories": ["four"]}
    rule = {"key": "where", "kind": "country_of_work", "weight": "hard", "params": params}
    row = paper(call=CallFactory(form=WIDE, rules=[rule], status="closed"))
    AnswerFactory(application=row, question="country_of_work", value="SN")
    row.profile |= {"country_of_work": "SN", "categories": {"dues": "four"}}
    row.save()
    table.categories.get(code="four").members.all().delete()

    client.post(path_of(row), {**POSTS, "do": "save"})

    row.refresh_from_db()
    assert dict(row.verdicts.values_list("rule", "outcome")) == {"where": "met"}
    assert (row.profile["categories"], row.profile["import_key"]) == ({"dues": "four"}, "P-1")
