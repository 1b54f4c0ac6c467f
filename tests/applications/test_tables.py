"""Applications as tables: out without formulas, in only when every row is clean."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
import time_machine
import xlsxwriter
from django.db import transaction
from python_calamine import CalamineWorkbook

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.applications import services, tables
from tessera.applications.models import Answer, Application, Likeness
from tessera.applications.services import likenesses
from tessera.messaging.models import Message
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, write_answers
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                {"key": "letter", "type": "long_text", "label": {"en": "Why?"}, "seen_by": "reviewers"},
                {"key": "level", "type": "choice", "label": {"en": "Level"}, "seen_by": "reviewers",
                 "options": [{"key": "middle", "label": {"en": "Middle", "fr": "Intermédiaire"}},
                             {"key": "head", "label": {"en": "Head"}}]},
                {"key": "born", "type": "date", "label": {"en": "Born"}, "seen_by": "committee", "identity": True,
                 "fact": "birth_date"},
                {"key": "cv", "type": "file", "label": {"en": "CV"}, "seen_by": "committee"},
            ],
        }
    ]
}  # fmt: skip
RULES = [{"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-01", "max": 45}}]
HEAD = "key,name,country,email,level,born,letter,received_on"
GOOD = "P-1,Awa Grès,Senegal,awa@example.org,intermédiaire,1990-05-01,Our stores are full.,2026-02-20"


@pytest.fixture
def call():
    return CallFactory(form=FORM, rules=RULES)


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def send(client, call, text, name="paper.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"/en/desk/applications/calls/{call.code}/import/", {"file": file})


def confirm(client, call, answer):
    token = answer.context["token"]
    return client.post(f"/en/desk/applications/calls/{call.code}/import/", {"confirm": token})


def test_a_clean_table_is_shown_first_and_written_once(client, call, office):
    text = f"{HEAD}\r\n{GOOD}\r\nP-2,Kossi Onyx,TG,,Head,,,\r\n"

    preview = send(client, call, text)
    assert (preview.status_code, Application.objects.count()) == (200, 0)
    assert "will be written" in preview.content.decode()
    confirm(client, call, preview)

    rows = list(Application.objects.order_by("pk"))
    assert [(r.name, r.country_id, r.status, r.origin) for r in rows] == [
        ("Awa Grès", "SN", "submitted", "paper"), ("Kossi Onyx", "TG", "submitted", "paper"),
    ]  # fmt: skip
    assert [r.applicant and (r.applicant.email, r.applicant.language) for r in rows] == [
        ("awa@example.org", "en"),
        None,
    ]
    assert dict(Answer.objects.filter(application=rows[0]).values_list("question", "value")) == {
        "letter": "Our stores are full.", "level": "middle", "born": "1990-05-01",
    }  # fmt: skip
    assert [list(r.verdicts.values_list("rule", "outcome")) for r in rows] == [[("age", "met")], [("age", "unknown")]]
    assert rows[0].submitted_at.date().isoformat() == "2026-02-20"
    assert Activity.objects.filter(verb="application.imported", by=office).count() == 2

    again = send(client, call, text)
    assert (again.status_code, again.context["token"], Application.objects.count()) == (200, "", 2)
    assert "is here already" in again.content.decode()


def test_a_paper_belongs_to_the_account_of_its_address_and_is_followed_there(client, call, office):
    theirs = UserFactory(email="awa@example.org")

    confirm(client, call, send(client, call, f"{HEAD}\n{GOOD}\n"))

    paper = Application.objects.get()
    assert paper.applicant == theirs
    client.force_login(theirs)
    assert client.get(f"/en/apply/{paper.number}/", follow=True).status_code == 200
    assert paper.number in client.get("/en/apply/").content.decode()


def test_a_paper_of_an_account_that_withdrew_before_belongs_to_nobody(client, call, office):
    theirs = UserFactory(email="awa@example.org")
    ApplicationFactory(call=call, applicant=theirs, submitted=True, status="withdrawn")

    confirm(client, call, send(client, call, f"{HEAD}\n{GOOD}\n"))

    assert [row.applicant for row in Application.objects.order_by("pk")] == [theirs, None]


def imported(client, call, *rows):
    confirm(client, call, send(client, call, "\n".join([HEAD, *(rows or [GOOD]), ""])))
    return Application.objects.order_by("pk")


@pytest.mark.parametrize("facts", [{"is_active": False}, {"roles": ["office"]}])
def test_a_paper_belongs_neither_to_a_closed_account_nor_to_the_office(client, call, office, facts):
    UserFactory(email="awa@example.org", **facts)

    assert [row.applicant for row in imported(client, call)] == [None]


def test_a_rehearsal_makes_no_account_of_a_real_address(client, office):
    call = CallFactory(form=FORM, rules=RULES, rehearsal=True)
    UserFactory(email="kossi@example.org", rehearsal=True)

    rows = imported(client, call, GOOD, "P-2,Kossi Onyx,TG,kossi@example.org,Head,,,")

    assert [row.applicant and row.applicant.email for row in rows] == [None, "kossi@example.org"]
    assert not User.objects.filter(email="awa@example.org").exists()


def test_whoever_sent_a_paper_gets_a_receipt_with_the_way_to_it(client, call, office):
    imported(client, call, GOOD, "P-2,Kossi Onyx,TG,,Head,,,")

    paper = Application.objects.get(name="Awa Grès")
    mail = Message.objects.get()
    assert (mail.template, mail.to, mail.key) == ("paper_received", paper.applicant, f"paper_received:{paper.pk}")
    assert [words in mail.text for words in ("20 February 2026", paper.number, f"/en/apply/{paper.number}/")] == [
        True
    ] * 3
    client.force_login(paper.applicant)
    page = client.get(f"/en/apply/{paper.number}/", follow=True).content.decode()
    assert "20 February 2026, 12:00" in page
    assert "2 March 2026" not in page


def test_a_paper_that_was_withdrawn_does_not_come_back_with_the_next_table(client, call, office):
    paper = imported(client, call).get()
    services.withdraw_application(paper, by=paper.applicant, at=NOW, reason="")

    rows = imported(client, call, GOOD, "P-9,Kossi Onyx,TG,,Head,,,")

    assert [(row.name, row.status) for row in rows] == [("Awa Grès", "withdrawn"), ("Kossi Onyx", "submitted")]


def test_a_paper_that_its_writer_completes_keeps_what_no_question_asks_and_its_mark(client, call, office):
    paper = imported(client, call).get()
    services.return_for_completion(paper, text="Say more.", until=NOW + timedelta(days=5), by=office, at=NOW)
    paper.refresh_from_db()
    with transaction.atomic():
        services.save_answers(services.hold(paper), {"letter": "Fuller still."}, at=NOW)
    services.submit_application(paper, by=paper.applicant, at=NOW)

    rows = imported(client, call, GOOD, "P-9,Kossi Onyx,TG,,Head,,,")

    assert [(row.name, row.country_id, row.status) for row in rows] == [
        ("Awa Grès", "SN", "submitted"), ("Kossi Onyx", "TG", "submitted"),
    ]  # fmt: skip
    assert rows[0].profile["import_key"] == "P-1"


def test_a_name_in_the_table_answers_the_question_for_the_name(client, office):
    asked = {
        "key": "full_name",
        "type": "short_text",
        "label": {"en": "Name"},
        "seen_by": "committee",
        "identity": True,
    }
    call = CallFactory(form={"steps": [{"key": "you", "title": {"en": "You"}, "questions": [asked]}]})

    confirm(client, call, send(client, call, "key,name,country\nP-1,Awa Grès,SN\n"))

    assert Answer.objects.values_list("question", "value").get() == ("full_name", "Awa Grès")


def test_a_paper_is_compared_while_the_call_is_in_review(client, office):
    call = CallFactory(form=FORM, rules=RULES, status="in_review")
    ApplicationFactory(call=call, name="Awa Grès", submitted=True)

    imported(client, call)

    assert Likeness.objects.count() == 1


@pytest.mark.parametrize("path", ["", "export.csv"])
def test_a_country_that_does_not_occur_narrows_to_nothing(client, call, office, path):
    ApplicationFactory(call=call, name="Awa Grès", names_folded="awa gres", country_id="SN", submitted=True)

    answer = client.get(f"/en/desk/applications/calls/{call.code}/{path}?country=TG")

    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "Awa Grès" not in text


def test_a_paper_of_somebody_who_applied_is_proposed_for_merging_at_once(client, call, office):
    here = ApplicationFactory(call=call, name="Awa Grès", submitted=True)
    elsewhere = ApplicationFactory(name="Awa Grès", submitted=True)

    answer = confirm(client, call, send(client, call, f"{HEAD}\n{GOOD}\n"))

    paper = Application.objects.exclude(pk__in=[here.pk, elsewhere.pk]).get()
    assert [(pair.first, pair.second) for pair in Likeness.objects.all()] == [(here, paper)]
    page = client.get(answer.url).content.decode()
    assert "1 pair looks like one person’s." in page
    assert "20 February 2026, 12:00 UTC" in page
    assert paper.profile["birth_date"] == "1990-05-01"


def test_the_list_is_narrowed_by_countries_that_occur_in_it(client, call, office):
    ApplicationFactory(call=call, country_id="TG")  # a draft is not in the list
    ApplicationFactory(country_id="PE", submitted=True)  # of another call
    ApplicationFactory(call=call, country_id="SN", submitted=True)

    page = client.get(f"/en/desk/applications/calls/{call.code}/")

    assert [code for code, _name in page.context["form"].fields["country"].choices] == ["", "SN"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",Awa,SN,,,,,", "“key” is empty."),
        ("P-2,,SN,,,,,", "“name” is empty."),
        ("P-2,Awa,Atlantis,,,,,", "“Atlantis” is not a country or territory of the list."),
        ("P-2,Awa,SN,not an address,,,,", "is not an e-mail address."),
        ("P-2,Awa,SN,,boss,,,", "has an answer that cannot be chosen here."),
        ("P-2,Awa,SN,,,31 June,,", "is not a day"),
        ("P-2,Awa,SN,,,,,2026-13-01", "is not a day"),
        ("P-2,Awa,SN,,,,,2026-12-01", "that day has not come."),
        ("P-1,Awa,SN,,,,,", "The key stands already in line 2."),
        ("P-2,Awa,SN,AWA@example.org,,,,", "The address stands already in line 2."),
        ("P-2,Awa,SN,here@example.org,,,,", "This address has an application already"),
    ],
)
def test_one_bad_row_and_nothing_is_written(client, call, office, row, sentence):
    ApplicationFactory(call=call, email="here@example.org", applicant=None, submitted=True)

    answer = send(client, call, f"{HEAD}\n{GOOD}\n{row}\n")

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Application.objects.count() == 1
    assert "token" not in answer.context or answer.context["token"] == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"name,country\nAwa,SN\n", "The column “key” is missing."),
        (b"key,name,country,shoe\nP-1,Awa,SN,38\n", "There is no column “shoe”."),
        (b"key,name,country,bron\nP-1,Awa,SN,x\n", "There is no column “bron”. Nearest: born."),
        (b"key,name,country,cv\nP-1,Awa,SN,x\n", "“cv” cannot be read from a table"),
        (b"key,name,country,Name\nP-1,Awa,SN,Awa\n", "A column stands twice."),
        (b"key,name,country\n", "The first row has to name the columns"),
        (b"\xff\xfe\x00bad", "neither a CSV file in UTF-8 nor an XLSX workbook"),
        (b"PK\x03\x04 not a workbook", "neither a CSV file in UTF-8 nor an XLSX workbook"),
        (b"%PDF-1.7\n\x00", "neither a CSV file in UTF-8 nor an XLSX workbook"),
        (b"key,name,country\n" + b"P,A,SN\n" * 2_001, "At most 10 MB, 2,000 rows"),
    ],
)
def test_a_file_that_is_no_such_table_gets_a_sentence(client, call, office, data, sentence):
    answer = send(client, call, data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Application.objects.count() == 0


def book(cells):
    """A workbook with texts at (row, column)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        for (row, column), text in cells.items():
            sheet.write_string(row, column, text)
    return out.getvalue()


def growing_book():
    """A workbook whose one cell grows to more memory than there is for it."""
    whole, out = zipfile.ZipFile(io.BytesIO(book({(0, 0): "key", (1, 0): "x"}))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for part in whole.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                made.writestr(part.filename, whole.read(part))
                continue
            before, _mark, after = whole.read(part).partition(b"<sheetData>")
            with made.open(part.filename, "w") as sheet:
                sheet.write(before + b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
                for _n in range(600):
                    sheet.write(b"x" * 1_000_000)
                sheet.write(b"</t></is></c></row>" + after)
    return out.getvalue()


HARD_BOOKS = {
    "a cell in the farthest corner": lambda: book({(0, 0): "key", (1_048_575, 16_383): "x"}),
    "a part that grows": growing_book,
    "too many columns": lambda: book({(0, 0): "key", (1, 300): "x"}),
    "too many rows": lambda: book({(0, 0): "key", (2_500, 0): "x"}),
}


@pytest.mark.parametrize("kind", HARD_BOOKS)
def test_a_workbook_that_is_too_large_gets_a_sentence_and_harms_nobody(client, call, office, kind):
    data = HARD_BOOKS[kind]()
    assert len(data) < tables.BYTES_MOST

    answer = send(client, call, data, "paper.xlsx")

    assert answer.status_code == 422
    assert "At most 10 MB, 2,000 rows and 200 columns are read at once: divide the file." in answer.content.decode()
    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + b"\0" * 500, book({(0, 0): "key"})[:-400], b"PK\x03\x04", book({(0, 0): "key"})[:700]]
)
def test_a_broken_workbook_gets_a_sentence(client, call, office, data):
    answer = send(client, call, data, "paper.xlsx")

    assert answer.status_code == 422
    assert "This file is neither a CSV file in UTF-8 nor an XLSX workbook." in answer.content.decode()


def test_what_came_in_between_is_seen_before_anything_is_written(client, call, office):
    preview = send(client, call, f"{HEAD}\n{GOOD}\nP-2,Kossi,TG,,,,,\n")
    ApplicationFactory(call=call, email="awa@example.org", applicant=None, submitted=True)

    answer = confirm(client, call, preview)

    assert (answer.status_code, Application.objects.count()) == (422, 1)


def test_rows_are_kept_for_the_person_who_sent_them(client, call, office):
    preview = send(client, call, f"{HEAD}\n{GOOD}\n")
    client.force_login(OfficeUserFactory())

    confirm(client, call, preview)

    assert Application.objects.count() == 0


def test_exports_hold_every_answer_and_no_formula(client, call, office):
    nasty = ["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "plain, “quoted”\nline"]
    for number, text in enumerate(nasty):
        made = ApplicationFactory(
            call=call, submitted=True, name=f"=HYPERLINK({number})", email=f"x{number}@example.org"
        )
        AnswerFactory(application=made, question="letter", value=text)
        AnswerFactory(application=made, question="level", value="middle")
    ApplicationFactory(call=call, name="Draft")

    base = f"/en/desk/applications/calls/{call.code}/export."
    text = client.get(f"{base}csv").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{base}xlsx").content)).get_sheet_by_index(0)

    heading, lines = tables.read_table(text)
    assert len(lines) == 6
    assert [line.cells["Level"] for line in lines] == ["Middle"] * 6
    assert {line.cells["Why?"] for line in lines} == {part.strip() for part in nasty}
    import csv

    cells = [cell for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(tables.FORMULA)] == []
    rows = sheet.to_python()
    assert [row[1] for row in rows[1:]] == [f"=HYPERLINK({n})" for n in reversed(range(6))]
    assert client.get(f"{base}pdf").status_code == 404
    logged = Activity.objects.filter(verb="application.exported", object_key=call.code, by=office)
    assert set(logged.values_list("after", flat=True)) == {"6"}
    assert len(client.get(f"{base}csv?q=zzzz").content.splitlines()) == 1


@pytest.mark.parametrize("n", [1, 3])
def test_an_export_asks_as_often_for_three_as_for_one(client, call, office, n, django_assert_num_queries):
    for _ in range(n):
        AnswerFactory(application=ApplicationFactory(call=call, submitted=True))
    client.get(f"/en/desk/applications/calls/{call.code}/")

    with django_assert_num_queries(
        16
    ):  # session, user, roles, factor, call, the form, strands, countries, rules, rows, form, what is sensitive, answers, log
        client.get(f"/en/desk/applications/calls/{call.code}/export.csv")


# The days on which papers arrive, and those who have begun something online


@pytest.mark.parametrize(
    ("now", "day", "taken"),
    [
        ("2026-03-02T10:00:00+00:00", "2026-03-02", True),
        ("2026-03-02T10:00:00+00:00", "2026-03-03", True),  # on Kiritimati since the hour
        ("2026-03-02T09:59:00+00:00", "2026-03-03", False),
        ("2026-03-02T23:00:00+00:00", "2026-03-04", False),
    ],
)
def test_a_paper_arrives_on_the_day_that_has_begun_somewhere(client, call, now, day, taken):
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        client.force_login(OfficeUserFactory())
        preview = send(client, call, f"key,name,country,received_on\nP-1,Awa Grès,SN,{day}\n")

        said = f"It cannot have arrived on {day}: that day has not come." in preview.content.decode()
        assert (preview.status_code, said) == ((200, False) if taken else (422, True))
        if taken:
            confirm(client, call, preview)
    assert [row.submitted_at <= datetime.fromisoformat(now) for row in Application.objects.all()] == [True] * taken


BEGUN = {
    "draft": (
        "This person has begun an application online, which you do not see before it is submitted. Ask them to submit it, "
        "or leave the address out: once both are here, two of the same name are shown under “Duplicates”."
    ),
    "incomplete": (
        "This person has begun an application online and has not submitted it in time; you do not see it. Leave the address "
        "out: the paper then counts without an account."
    ),
}


@pytest.mark.parametrize("status", BEGUN)
def test_a_paper_of_somebody_who_has_begun_online_says_so_and_what_to_do(client, call, office, status):
    theirs = UserFactory(email="awa@example.org")
    begun = ApplicationFactory(call=call, applicant=theirs, email="", status=status)

    answer = send(client, call, f"{HEAD}\n{GOOD}\n")

    assert answer.status_code == 422
    (row,) = answer.context["plan"].rows
    assert (row.problems, row.other) == ([f"email: {BEGUN[status]}"], "")
    assert begun.number not in answer.content.decode()
    assert Application.objects.get() == begun


def test_without_the_address_the_paper_is_taken_and_the_two_are_proposed_for_merging(client, office):
    name = {"key": "full_name", "type": "short_text", "label": {"en": "Name"}, "seen_by": "committee", "identity": True}
    (step,) = FORM["steps"]
    call = CallFactory(form={"steps": [{**step, "questions": [name, *step["questions"]]}]}, rules=RULES)
    theirs = UserFactory(email="awa@example.org")
    begun = ApplicationFactory(call=call, applicant=theirs, name="Awa Grès", country_id="SN")

    rows = imported(client, call, GOOD.replace("awa@example.org", ""))

    assert [(row.applicant, row.status) for row in rows] == [(theirs, "draft"), (None, "submitted")]
    write_answers(begun, {"full_name": "Grès Awa", "born": "1990-05-01"})
    services.submit_application(begun, by=theirs, at=NOW)
    likenesses.find_likenesses(at=NOW)
    (pair,) = Likeness.objects.all()
    assert (pair.first, pair.second, pair.why) == (begun, rows[1], ["birth_date", "name"])
    likenesses.merge(pair, rows[1], by=office, at=NOW)
    assert [(row.applicant, row.status) for row in rows.all()] == [(theirs, "withdrawn"), (None, "submitted")]


def test_a_paper_of_somebody_who_applied_leads_to_what_is_here(client, call, office):
    here = ApplicationFactory(call=call, email="awa@example.org", applicant=None, submitted=True)
    ApplicationFactory(call=call, email="awa@example.org", applicant=None)  # begun later, and not the one that counts

    answer = send(client, call, f"{HEAD}\n{GOOD}\n")

    said = f"email: This address has an application already: {here.number}."
    assert [(row.problems, row.other) for row in answer.context["plan"].rows] == [([said], here.number)]
    assert f'href="/en/desk/applications/files/{here.number}/"' in answer.content.decode()
