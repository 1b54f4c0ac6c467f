"""Lists of members: checked whole, replaced whole, deleted whole, and a help to whoever screens that decides nothing."""

import copy
from datetime import timedelta

import pytest

from tessera.activity.models import Activity
from tessera.applications.file_page import files
from tessera.applications.members import member_check, number_of, same_name
from tessera.applications.models import Member, MemberList
from tessera.applications.queries import file_for_reviewer
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services import members as services
from tessera.applications.services import screening
from tessera.applications.tables import csv_bytes, xlsx_bytes
from tessera.applications.tasks import tidy
from tessera.calls.questions.bank import bank
from tests.applications.asking import WIDE
from tests.applications.papers import sent
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, MemberListFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
PATH = "/en/desk/applications/members/"
HEADING = ["number", "name", "country", "years"]
ROWS = [["A-12 345", "Awa Grès", "SN", "2023; 2024"], ["77", "Kossi Onyx", "Togo", ""]]
DUES = {"key": "dues", "kind": "membership", "weight": "hard", "params": {"years": [2023, 2025]}}


@pytest.fixture
def office():
    return OfficeUserFactory(language="en")


@pytest.fixture
def call():
    return CallFactory(form=WIDE, code="sea")


def upload(client, rows=ROWS, *, heading=HEADING, path=PATH, form="csv", name="list"):
    data = csv_bytes(heading, rows) if form == "csv" else xlsx_bytes("Members", heading, rows)
    return client.post(path, {"file": sent(f"{name}.{form}", data)})


def confirm(client, answer, path=PATH):
    page = answer.content.decode()
    token = page.partition('name="confirm" value="')[2].partition('"')[0]
    return client.post(path, {"confirm": token})


def members():
    rows = Member.objects.order_by("pk")
    return [(row.of.scope, row.number, row.name, row.country_id, row.years) for row in rows.select_related("of")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_clean_list_is_written_after_a_confirmation_and_replaces_the_old_one_whole(client, office, form):
    client.force_login(office)
    answer = upload(client, form=form)
    assert (answer.status_code, MemberList.objects.count()) == (200, 0)

    assert confirm(client, answer).status_code == 302
    assert members() == [("", "A12345", "Awa Grès", "SN", [2023, 2024]), ("", "77", "Kossi Onyx", "TG", [])]

    confirm(client, upload(client, [["9", "Fatou Marbre", "", "2026"]], form=form))

    assert members() == [("", "9", "Fatou Marbre", None, [2026])]
    log = Activity.objects.filter(verb="members.replaced").order_by("pk")
    assert [(row.by, row.after) for row in log] == [(office, "2"), (office, "1")]
    assert "1 member<" not in upload(client).content.decode()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["", "Awa Grès", "SN", ""]], "“number” is empty."),
        ([["1", " ", "SN", ""]], "“name” is empty."),
        ([["1", "Awa Grès", "", ""], ["1.", "Kossi Onyx", "", ""]], "The number stands already in line 2."),
        ([["1", "Awa Grès", "Atlantis", ""]], "“Atlantis” is not a country or territory of the list."),
        ([["1", "Awa Grès", "SN", "2023; soon"]], "“soon” is not a year"),
        ([["1", "Awa Grès", "SN", "20233"]], "“20233” is not a year"),
        ([["1", "Awa Grès", "SN", "01950999"]], "“01950999” is not a year"),
        ([["1", "Awa Grès", "SN", "٢٠٢٣"]], "is not a year"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_written(client, office, rows, says):
    kept = MemberListFactory()
    client.force_login(office)

    answer = upload(client, [*rows, ["500", "Somebody Clean", "SN", "2024"]])

    page = answer.content.decode()
    assert (answer.status_code, says in page, 'name="confirm"' in page) == (422, True, False)
    assert (list(MemberList.objects.all()), Member.objects.count()) == ([kept], 0)
    with pytest.raises(services.NotClean):
        services.replace_members(None, services.Plan(), by=office, at=NOW)


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        (["name", "country"], "The column “number” is missing."),
        (["number", "Member number", "name"], "A column stands twice."),
    ],
)
def test_a_heading_that_is_no_list_of_members_is_refused(client, office, heading, says):
    client.force_login(office)

    answer = upload(client, [["1"] * len(heading)], heading=heading)

    assert (answer.status_code, says in answer.content.decode(), MemberList.objects.count()) == (422, True, 0)


def test_other_columns_are_said_and_not_kept(client, office):
    client.force_login(office)

    answer = upload(client, [["1", "Awa Grès", "awa@secret.example"]], heading=["number", "name", "e-mail"])
    confirm(client, answer)

    assert "These columns are left out and not kept: e-mail" in answer.content.decode()
    assert members() == [("", "1", "Awa Grès", None, [])]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04nonsense", b"number,name\r\n"])
def test_what_is_no_table_is_refused_with_the_reason(client, office, data):
    client.force_login(office)

    answer = client.post(PATH, {"file": sent("list.csv", data)})

    assert (answer.status_code, MemberList.objects.count()) == (422, 0)


def test_a_confirmation_belongs_to_one_person_one_list_and_one_hour(client, office, call):
    client.force_login(office)
    answer = upload(client)
    client.force_login(OfficeUserFactory())
    assert confirm(client, answer).status_code == 302
    client.force_login(office)
    assert confirm(client, answer, f"/en/desk/applications/calls/{call.code}/members/").status_code == 302
    assert MemberList.objects.count() == 0
    confirm(client, answer)
    assert MemberList.objects.count() == 1


@pytest.mark.parametrize("of_call", [True, False])
def test_a_list_is_deleted_after_a_second_question(client, office, call, of_call):
    path = f"/en/desk/applications/calls/{call.code}/members/" if of_call else PATH
    client.force_login(office)
    assert client.get(f"{path}delete/").status_code == 404
    confirm(client, upload(client, path=path), path)
    other = MemberListFactory(call=None if of_call else call)

    page = client.get(f"{path}delete/").content.decode()
    assert ("2 members are deleted from here for good." in page, Member.objects.count()) == (True, 2)
    for _ in range(2):
        assert client.post(f"{path}delete/").status_code == 302

    assert (list(MemberList.objects.all()), Member.objects.count()) == ([other], 0)
    assert Activity.objects.filter(verb="members.deleted", by=office).count() == 1


def test_a_list_deletes_itself_after_a_year():
    kept = MemberListFactory(uploaded_at=NOW - timedelta(days=364))
    MemberListFactory(call=CallFactory(), uploaded_at=NOW - timedelta(days=365))

    assert [tidy.func(), tidy.func()] == [1, 0]

    assert list(MemberList.objects.all()) == [kept]


@pytest.mark.parametrize("role", ["committee", "reviewer", "host", None])
def test_nobody_but_the_office_sees_a_list(client, role):
    MemberListFactory()
    user = UserFactory()
    if role:
        RoleGrantFactory(user=user, role=role)
    client.force_login(user)

    assert [client.get(path).status_code for path in (PATH, f"{PATH}delete/")] == [403, 403]
    assert client.post(f"{PATH}delete/").status_code == 403
    assert MemberList.objects.count() == 1


# What the list says of an application


def listed(number="A12345", name="Awa Grès", years=(2023, 2024), call=None):
    of = MemberListFactory(call=call)
    Member.objects.create(of=of, number=number, name=name, years=list(years))
    return of


def applied(call, number="a 12-345", name="Awa Grès"):
    mine = ApplicationFactory(call=call, submitted=True, name=name)
    AnswerFactory(application=mine, question="member", value="yes")
    if number:
        AnswerFactory(application=mine, question="member_number", value=number)
    return mine


def said(application):
    row = files().get(pk=application.pk)
    found = member_check(row, form_of(row), answers_of(row))
    return (found.sentence, found.kind) if found else None


@pytest.mark.parametrize(
    ("member", "name", "expected"),
    [
        ({}, "Awa Grès", ("on the list: paid 2023 and 2024", "done")),
        ({}, "GRES, Awa", ("on the list: paid 2023 and 2024", "done")),
        ({"name": "Awa Marie Grès"}, "Awa Grès", ("on the list: paid 2023 and 2024", "done")),
        ({"years": ()}, "Awa Grès", ("on the list: no year paid", "due")),
        ({"number": "A99"}, "Awa Grès", ("The number is not on the list of members.", "late")),
        (
            {}, "Fatou Marbre",
            ("The name differs: the list says “Awa Grès” (on the list: paid 2023 and 2024).", "due"),
        ),
    ],
)  # fmt: skip
def test_the_list_is_compared_with_the_number_and_the_name(call, member, name, expected):
    listed(**member)

    assert said(applied(call, name=name)) == expected


def test_years_that_the_rule_asks_for_are_named(call):
    listed()
    asking = CallFactory(form=WIDE, rules=[DUES])

    assert said(applied(asking)) == ("on the list: paid 2023 and 2024; not on the list as paid: 2025", "due")


def test_without_list_number_or_question_there_is_nothing_or_that(call):
    mine = applied(call, number="")
    assert said(mine) is None
    listed()
    assert said(mine) == ("No member number is given.", "due")
    form = copy.deepcopy(WIDE)
    form["steps"][1]["questions"] = [one for one in form["steps"][1]["questions"] if one["key"] != "member_number"]
    assert said(ApplicationFactory(call=CallFactory(form=form), submitted=True)) is None


def test_the_list_of_the_call_goes_before_that_of_the_programme(call):
    listed(years=(2020,))
    listed(years=(2021,), call=call)

    assert said(applied(call)) == ("on the list: paid 2021", "done")
    assert said(applied(CallFactory(form=WIDE))) == ("on the list: paid 2020", "done")


def test_it_helps_the_office_decides_nothing_and_nobody_else_reads_it(client, office, call):
    listed(number="A99", name="Zoisita")
    mine = applied(call)
    client.force_login(office)
    page = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    committee = UserFactory()
    RoleGrantFactory(user=committee, role="committee", scope_kind="training", scope_key=call.training.slug)
    client.force_login(committee)
    other = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    client.force_login(mine.applicant)
    own = client.get(f"/en/apply/{call.code}/status/").content.decode()

    words = "The number is not on the list of members."
    assert [words in one for one in (page, other, own, repr(file_for_reviewer(mine)))] == [True, False, False, False]
    assert screening.mark_eligible(mine, by=office, at=NOW).status == "eligible"


def test_it_costs_the_same_for_every_size_of_the_list(call, django_assert_num_queries):
    of = listed()
    for n in range(30):
        Member.objects.create(of=of, number=f"B{n}", name="x")
    row = files().get(pk=applied(call).pk)
    form, answers = form_of(row), answers_of(row)

    with django_assert_num_queries(2):  # the lists of the call and the programme, the member
        member_check(row, form, answers)


def test_the_question_bank_asks_for_the_number():
    found = next(row.document for row in bank(2026) if row.document["key"] == "member_number")
    assert (found["identity"], found["seen_by"]) == (True, "office")


@pytest.mark.parametrize(("typed", "number"), [(" a-12 345 ", "A12345"), ("№ 7", "NO7"), ("", ""), ("--", "")])
def test_numbers_are_compared_by_letters_and_digits(typed, number):
    assert number_of(typed) == number


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Awa Grès", "GRES Awa", True), ("Awa Grès", "Awa", True), ("Awa Grès", "Awa Onyx", False), ("", "Awa", False),
    ],
)  # fmt: skip
def test_names_are_compared_by_words(one, other, same):
    assert (same_name(one, other), same_name(other, one)) == (same, same)
