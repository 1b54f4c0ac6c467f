"""Screening: who sees a file, what the office decides, what the applicant is told, two files of one person."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tessera.activity.models import Activity
from tessera.applications import services as applying
from tessera.applications.demand import demand_of_calls
from tessera.applications.models import Application, Likeness, Note, SavedFilter, Waiver
from tessera.applications.services import likenesses, several
from tessera.applications.services import screening as services
from tessera.messaging.models import Message
from tests.applications.papers import picture
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    DocumentFactory,
    LikenessFactory,
    NoteFactory,
    RequestFactory,
    VerdictFactory,
)
from tests.factories.calls import CallFactory, RuleVersionFactory, StrandFactory
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
RULES = [
    {
        "key": "age",
        "kind": "age_at",
        "weight": "hard",
        "params": {"on": "2026-09-01", "max": 45},
        "reason": {"fr": "Loi."},
    },
    {"key": "level", "kind": "by_person", "weight": "person", "params": {}, "reason": {"fr": "Niveau."}},
]
ASKED = {"seen_by": "office", "identity": True, "required": False}
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                {"key": "letter", "type": "long_text", "label": {"en": "Why?", "fr": "Pourquoi ?"}, "seen_by": "reviewers"},
                {"key": "gender", "type": "short_text", "label": {"en": "Gender"}, "seen_by": "committee", "identity": True},
                {"key": "grant", "type": "short_text", "label": {"en": "Grant"}, "seen_by": "office", "identity": True,
                 "purpose": {"en": "To decide on grants."}},
                {"key": "cv", "type": "file", "label": {"en": "CV"}, "seen_by": "committee"},
                {"key": "bank", "type": "file", "label": {"en": "Bank"}, "seen_by": "office"},
            ],
        }
    ]
}  # fmt: skip
SENTENCE = {"en": "Aged 47; at most 45.", "fr": "47 ans ; 45 au plus."}


@pytest.fixture
def call():
    return CallFactory(form=FORM, rules=RULES)


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def judged(call, outcome="not_met", **facts):
    """A submitted file with one verdict on its age."""
    made = ApplicationFactory(call=call, submitted=True, **facts)
    document = {"rule": "age", "weight": "hard", "sentence": SENTENCE, "reason": {"fr": "Loi."}}
    VerdictFactory(application=made, rule="age", outcome=outcome, document=document)
    return made


def mails():
    return [(m.template, m.to_id, m.language) for m in Message.objects.order_by("pk")]


# What the office decides


def why_not(client, row, language="en"):
    """The text of the part of the applicant's page that says why; None where there is none."""
    client.force_login(row.applicant)
    page = parse(client.get(f"/{language}/apply/{row.call.code}/status/").content)
    found = [node for node in page.all("section") if node.get("aria-labelledby") == "decision"]
    return " ".join(found[0].text.split()).replace("\xa0", " ") if found else None


def test_the_page_of_the_applicant_says_why_as_the_mail_does_and_by_which_rules(call, client):
    office, mine = OfficeUserFactory(), judged(call)
    met = judged(call, outcome="met")
    assert why_not(client, mine) is None

    for row in (mine, met):
        services.mark_ineligible(row, reason="Too old\nfor <this> call.", by=office, at=NOW)

    people = "People decided this, not a machine. If a fact is wrong, write to the programme office."
    assert why_not(client, mine) == (
        f"Why Too old for <this> call. What does not meet the rules of the call, version 1: Aged 47; at most 45. Loi. {people}"
    )
    assert "Ce qui n’est pas conforme aux règles de l’appel, version 1 : 47 ans ; 45 au plus." in why_not(
        client, mine, "fr"
    )
    assert why_not(client, met) == f"Why Too old for <this> call. {people}"

    services.waive_rule(mine, "age", reason="Exception.", by=office, at=NOW)
    assert why_not(client, mine) is None


def test_waiving_needs_a_reason_tells_the_applicant_and_lets_the_file_go_on(call):
    office, mine = OfficeUserFactory(), judged(call)
    with pytest.raises(services.NotMet, match="Aged 47; at most 45"):
        services.mark_eligible(mine, by=office, at=NOW)
    with pytest.raises(services.ReasonMissing):
        services.waive_rule(mine, "age", reason="  ", by=office, at=NOW)
    with pytest.raises(services.NoSuchRule):
        services.waive_rule(mine, "height", reason="Tall.", by=office, at=NOW)
    assert (Waiver.objects.count(), Message.objects.count(), Application.objects.get().status) == (0, 0, "submitted")

    made = [services.waive_rule(mine, "age", reason="Two days too old.", by=office, at=NOW) for _ in range(2)]

    assert made[0] == made[1]
    assert (made[0].rule_version, made[0].by, made[0].at) == (mine.rule_version, office, NOW)
    assert mails() == [("rule_waived", mine.applicant_id, "fr")]
    told = Message.objects.get().text
    assert "47 ans ; 45 au plus. Loi. (règles de l’appel, version 1)" in told
    assert "Two days too old." in told
    assert services.mark_eligible(mine, by=office, at=NOW).status == "eligible"


def test_what_is_not_known_is_not_eligible(call):
    mine = judged(call, "unknown")
    with pytest.raises(services.NotKnown, match="Aged 47; at most 45"):
        services.mark_eligible(mine, by=None, at=NOW)
    mine.refresh_from_db()
    assert (mine.status, Message.objects.count()) == ("submitted", 0)


def test_not_eligible_needs_a_reason_and_becomes_eligible_by_waiver_alone(call):
    office, mine = OfficeUserFactory(), judged(call)
    with pytest.raises(services.ReasonMissing):
        services.mark_ineligible(mine, reason="", by=office, at=NOW)

    for _ in range(2):
        services.mark_ineligible(mine, reason="Trop âgée pour cet appel.", by=office, at=NOW)
    with pytest.raises(services.NotMet):
        services.mark_eligible(mine, by=office, at=NOW)

    mine.refresh_from_db()
    assert (mine.status, mine.status_reason) == ("ineligible", "Trop âgée pour cet appel.")
    assert mails() == [("application_ineligible", mine.applicant_id, "fr")]
    told = Message.objects.get().text
    assert told.index("règles de l’appel, version 1") < told.index("47 ans ; 45 au plus.")

    services.waive_rule(mine, "age", reason="Exception.", by=office, at=NOW)
    mine.refresh_from_db()
    assert mine.status == "eligible"
    assert [m[0] for m in mails()] == ["application_ineligible", "rule_waived", "application_eligible"]


@pytest.mark.parametrize("rules", [(), RULES])
def test_not_eligible_by_mistake_is_taken_back_with_a_reason_that_the_applicant_reads(client, office, rules):
    call = CallFactory(form=FORM, rules=rules)
    mine = judged(call, "met") if rules else ApplicationFactory(call=call, submitted=True)
    services.mark_ineligible(mine, reason="Wrong row.", by=office, at=NOW)
    place = f"/en/desk/applications/files/{mine.number}/"
    assert "Take “not eligible” back" in client.get(place).content.decode()
    with pytest.raises(services.TakingBack):
        services.mark_eligible(mine, by=office, at=NOW)

    empty = client.post(f"{place}eligible/", {"yes-reason": " "})
    mine.refresh_from_db()
    assert (empty.status_code, mine.status, [m[0] for m in mails()]) == (422, "ineligible", ["application_ineligible"])

    answers = [client.post(f"{place}eligible/", {"yes-reason": "Ligne confondue."}).status_code for _ in range(2)]

    mine.refresh_from_db()
    assert (answers, mine.status, mine.status_reason) == ([302, 302], "eligible", "Ligne confondue.")
    assert mails()[1:] == [("application_eligible", mine.applicant_id, "fr")]
    assert "Ligne confondue." in Message.objects.get(template="application_eligible").text
    last = Activity.objects.filter(verb="application.eligible").get()
    assert (last.by, last.reason) == (office, "Ligne confondue.")


def test_several_are_taken_back_at_once_with_a_reason_beside_those_that_need_none(client, call, office):
    wrong, against = judged(call, "met"), judged(call)
    plain = judged(call, "met")
    for row in (wrong, against):
        services.mark_ineligible(row, reason="Wrong row.", by=office, at=NOW)
    chosen = {"row": [wrong.pk, against.pk, plain.pk], "act": "eligible"}
    place = f"/en/desk/applications/calls/{call.code}/act/"

    def states():
        return [Application.objects.get(pk=row.pk).status for row in (wrong, against, plain)]

    page = client.post(place, chosen).content.decode()
    assert ("2 applications change" in page, "Why those that were found not eligible are eligible" in page) == (
        True,
        True,
    )
    empty = client.post(place, {**chosen, "confirm": "1", "reason": " "})
    assert (empty.status_code, states()) == (422, ["ineligible", "ineligible", "submitted"])

    client.post(place, {**chosen, "confirm": "1", "reason": "Ligne confondue."})

    assert states() == ["eligible", "ineligible", "eligible"]
    texts = Message.objects.filter(template="application_eligible").order_by("pk").values_list("to_id", "text")
    assert [(who, "Ligne confondue." in text) for who, text in texts] == [
        (wrong.applicant_id, True), (plain.applicant_id, False)
    ]  # fmt: skip
    untouched = several.act_on_many([Application.objects.get(pk=against.pk)], "eligible", text="x", by=office, at=NOW)
    assert (untouched[0].done, states()[1]) == (False, "ineligible")


def test_several_that_were_not_turned_down_need_no_reason(client, call, office):
    rows = [judged(call, "met"), judged(call, "met")]
    chosen = {"row": [row.pk for row in rows], "act": "eligible"}
    place = f"/en/desk/applications/calls/{call.code}/act/"

    assert "Why those that were found not eligible" not in client.post(place, chosen).content.decode()
    client.post(place, {**chosen, "confirm": "1"})

    assert {row.status for row in Application.objects.all()} == {"eligible"}


def test_what_stands_against_a_file_is_waived_and_not_taken_back(client, call, office):
    mine = judged(call)
    services.mark_ineligible(mine, reason="Trop âgée.", by=office, at=NOW)
    place = f"/en/desk/applications/files/{mine.number}/"

    client.post(f"{place}eligible/", {"yes-reason": "Please."})

    mine.refresh_from_db()
    assert (mine.status, [m[0] for m in mails()]) == ("ineligible", ["application_ineligible"])
    assert "Take “not eligible” back" not in client.get(place).content.decode()


def test_a_file_that_nobody_judged_is_judged_before_it_goes_on(call):
    mine = ApplicationFactory(call=call, submitted=True)
    with pytest.raises(services.NotKnown, match="Not known yet: date of birth"):
        services.mark_eligible(mine, by=None, at=NOW)
    assert Application.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("over", "refused"),
    [("in_review", []), ("decided", ["eligible", "waive"]), ("archived", "all"), ("cancelled", "all")],
)
def test_nobody_is_told_to_go_on_to_a_selection_that_is_over(client, call, office, over, refused):
    rows = {act: judged(call, "not_met" if act == "waive" else "met") for act in ("eligible", "ineligible", "waive")}
    for act in ("eligible", "waive"):
        services.mark_ineligible(rows[act], reason="Wrong row.", by=office, at=NOW)
    type(call).objects.filter(pk=call.pk).update(status=over)
    refused = list(rows) if refused == "all" else refused
    said = f"The call is “{over.replace('_', ' ').capitalize()}”"
    acts = {
        "eligible": lambda row: services.mark_eligible(row, reason="Sorry.", by=office, at=NOW),
        "ineligible": lambda row: services.mark_ineligible(row, reason="x", by=office, at=NOW),
        "waive": lambda row: services.waive_rule(row, "age", reason="x", by=office, at=NOW),
    }
    before = {act: (Application.objects.get(pk=row.pk).status, Message.objects.count()) for act, row in rows.items()}

    for act, row in rows.items():
        mails = Message.objects.count()
        if act in refused:
            with pytest.raises(services.CallOver, match=said):
                acts[act](row)
            assert Application.objects.get(pk=row.pk).status == before[act][0]
            assert Message.objects.count() == mails
        else:
            acts[act](row)
            assert Message.objects.count() > mails
    assert Waiver.objects.count() == (0 if "waive" in refused else 1)
    page = client.get(f"/en/desk/applications/files/{rows['eligible'].number}/").content.decode()
    assert "Take “not eligible” back" not in page


@pytest.mark.parametrize("over", ["decided", "cancelled"])
def test_several_in_a_call_that_is_over_are_foreseen_to_stay(call, office, over):
    mine = judged(call, "met")
    type(call).objects.filter(pk=call.pk).update(status=over)
    mine.refresh_from_db()

    found = {act: several.foresee([mine], act, by=office)[0].done for act in ("eligible", "ineligible", "back")}

    assert found == {"eligible": False, "ineligible": over == "decided", "back": False}


def test_not_eligible_by_mistake_is_looked_at_again_while_something_is_open(client, call, office):
    mine = judged(call, "unknown")
    services.mark_ineligible(mine, reason="Wrong row.", by=office, at=NOW)
    place = f"/en/desk/applications/files/{mine.number}/"
    page = client.get(place).content.decode()
    assert ["Take “not eligible” back" in page, "Look at it again and tell the applicant" in page] == [True, True]

    empty = client.post(f"{place}eligible/", {"yes-reason": " "})
    mine.refresh_from_db()
    assert (empty.status_code, mine.status, Message.objects.count()) == (422, "ineligible", 1)
    answer = client.post(f"{place}eligible/", {"yes-reason": "Ligne confondue."})

    mine.refresh_from_db()
    assert (answer.status_code, mine.status, mine.status_reason) == (302, "submitted", "Ligne confondue.")
    assert mails()[1:] == [("application_looked_at_again", mine.applicant_id, "fr")]
    assert "Ligne confondue." in Message.objects.get(template="application_looked_at_again").text
    told = Activity.objects.get(verb="application.taken_back")
    assert (told.by, told.before, told.after, told.reason) == (office, "ineligible", "submitted", "Ligne confondue.")


def test_several_that_were_not_eligible_by_mistake_are_taken_back_each_as_it_was(client, call, office):
    going_on, opened, failed = judged(call, "met"), judged(call, "unknown"), judged(call)
    plain, marked = judged(call, "unknown"), judged(call, "met")
    services.mark_eligible(marked, by=office, at=NOW)
    for row in (going_on, opened, failed):
        services.mark_ineligible(row, reason="Wrong row.", by=office, at=NOW)
    rows = (going_on, opened, failed, plain, marked)
    before = ["ineligible", "ineligible", "ineligible", "submitted", "eligible"]
    chosen = {"row": [row.pk for row in rows], "act": "back"}
    place = f"/en/desk/applications/calls/{call.code}/"

    def states():
        return [Application.objects.get(pk=row.pk).status for row in rows]

    assert 'name="act" value="back">Take “not eligible” back …</button>' in client.get(place).content.decode()
    page = client.post(f"{place}act/", chosen)
    assert "<h1>Take “not eligible” back</h1>" in page.content.decode()
    assert "2 applications change; nothing has happened yet." in page.content.decode()
    stays = "Only “not eligible” is taken back; this application is “{}”."
    assert [(one.done, one.becomes) for one in page.context["outcomes"]] == [
        (True, "eligible"), (True, "submitted"), (False, ""), (False, ""), (False, ""),
    ]  # fmt: skip
    sentences = [one.sentence for one in page.context["outcomes"]]
    assert sentences[2].startswith("A condition is not met: ")
    assert sentences[3:] == [stays.format("Submitted"), stays.format("Eligible")]
    sent = len(mails())
    empty = client.post(f"{place}act/", {**chosen, "confirm": "1", "reason": " "})
    assert (empty.status_code, states(), len(mails())) == (422, before, sent)

    for _again in range(2):
        client.post(f"{place}act/", {**chosen, "confirm": "1", "reason": "Ligne confondue."})

    assert states() == ["eligible", "submitted", "ineligible", "submitted", "eligible"]
    assert mails()[sent:] == [
        ("application_eligible", going_on.applicant_id, "fr"),
        ("application_looked_at_again", opened.applicant_id, "fr"),
    ]
    told = Activity.objects.filter(reason="Ligne confondue.").order_by("pk")
    assert [(one.object_key, one.verb, one.before, one.after, one.by) for one in told] == [
        (going_on.number, "application.eligible", "ineligible", "eligible", office),
        (opened.number, "application.taken_back", "ineligible", "submitted", office),
    ]


@pytest.mark.parametrize("status", ["returned", "withdrawn", "selected", "under_review", "incomplete"])
def test_a_file_that_is_elsewhere_is_not_screened(call, status):
    mine = judged(call, "met", status=status)
    for act in (
        lambda: services.mark_eligible(mine, by=None, at=NOW),
        lambda: services.mark_ineligible(mine, reason="x", by=None, at=NOW),
        lambda: services.waive_rule(mine, "age", reason="x", by=None, at=NOW),
    ):
        with pytest.raises(services.NotNow):
            act()
    mine.refresh_from_db()
    assert (mine.status, Waiver.objects.count(), Message.objects.count()) == (status, 0, 0)


def test_several_at_once_are_shown_first_and_those_that_refuse_stay(client, call, office):
    good, bad = judged(call, "met", name="Awa"), judged(call, name="Binta")
    other = judged(CallFactory(), "met")
    chosen = {"row": [good.pk, bad.pk, other.pk], "act": "eligible"}
    address = f"/en/desk/applications/calls/{call.code}/act/"

    preview = client.post(address, chosen).content.decode()
    assert "1 application changes; nothing has happened yet." in preview
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}

    client.post(address, {**chosen, "confirm": "1"})
    states = {row.pk: row.status for row in Application.objects.all()}
    assert states == {good.pk: "eligible", bad.pk: "submitted", other.pk: "submitted"}

    refused = client.post(address, {"row": [bad.pk], "act": "ineligible", "confirm": "1", "reason": " "})
    assert (refused.status_code, Application.objects.get(pk=bad.pk).status) == (422, "submitted")
    client.post(address, {"row": [bad.pk], "act": "ineligible", "confirm": "1", "reason": "Too old."})
    assert Application.objects.get(pk=bad.pk).status == "ineligible"


# Who sees what


READERS = {
    "anonymous": 302, "nobody": 404, "applicant": 404, "reviewer": 404, "host": 404, "funder": 404, "trainer": 404,
    "admin": 404, "other committee": 404, "committee": 200, "office": 200,
}  # fmt: skip


def reader(kind, mine):
    if kind == "anonymous":
        return None
    if kind == "applicant":
        return mine.applicant
    user = UserFactory(roles=[kind] if kind in ("reviewer", "funder", "trainer", "admin", "office") else [])
    scopes = {
        "host": ("host", "country", "SN"),
        "committee": ("committee", "training", mine.call.training.slug),
        "other committee": ("committee", "training", "another"),
    }
    if kind in scopes:
        role, scope, key = scopes[kind]
        RoleGrantFactory(user=user, role=role, scope_kind=scope, scope_key=key)
    return user


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind not in ("other committee", "committee", "office")])
def test_a_file_is_not_even_read_for_those_who_decide_nowhere(client, call, kind):
    mine = judged(call)
    user = reader(kind, mine)
    if user is not None:
        client.force_login(user)

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/en/desk/applications/files/{mine.number}/")

    assert [one["sql"] for one in queries if "applications_application" in one["sql"]] == []


@pytest.mark.parametrize(("kind", "status"), READERS.items())
def test_nobody_reads_a_file_but_those_who_decide(client, call, kind, status):
    mine = judged(call, name="Awa Grès")
    RequestFactory(application=mine, endorsement=True)
    row = DocumentFactory(application=mine, question="bank", path="applications/none")
    draft = ApplicationFactory(call=call)
    user = reader(kind, mine)
    if user:
        client.force_login(user)

    answer = client.get(f"/en/desk/applications/files/{mine.number}/")

    assert answer.status_code == status
    assert ("Awa Grès" in answer.content.decode()) == (status == 200)
    assert client.get(f"/en/desk/applications/files/{draft.number}/").status_code == (
        302 if kind == "anonymous" else 404
    )
    assert client.get(f"/en/apply/file/{row.key}/").status_code != 200


def test_a_file_says_the_last_minute_until_which_an_answer_is_asked(client, call, office):
    mine = judged(call, "met")
    RequestFactory(application=mine, due_at=datetime(2026, 3, 9, 12, tzinfo=UTC))

    page = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()

    assert 'Answer until <time datetime="2026-03-09T11:59:00+00:00">' in page


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "office"])
def test_only_the_office_acts(client, call, kind):
    mine = judged(call, "met")
    user = reader(kind, mine)
    if user:
        client.force_login(user)
    LikenessFactory(first=mine, second=judged(call, "met"))
    pair, code = Likeness.objects.get(), call.code
    files, calls = f"/en/desk/applications/files/{mine.number}", f"/en/desk/applications/calls/{code}"

    posts = [
        client.post(f"{files}/eligible/"),
        client.post(f"{files}/ineligible/", {"no-reason": "x"}),
        client.post(f"{files}/rules/age/waive/", {"waive-age-reason": "x"}),
        client.post(f"{files}/notes/", {"note-text": "x", "note-visibility": "office"}),
        client.post(f"{calls}/act/", {"row": mine.pk, "act": "eligible", "confirm": "1"}),
        client.post(f"{calls}/filters/", {"name": "x"}),
        client.post(f"{calls}/duplicates/{pair.pk}/", {"keep": mine.number}),
        client.post(f"{calls}/import/", {"confirm": "x"}),
    ]
    gets = [
        client.get(f"{calls}/{page}")
        for page in ("", "demand/", "duplicates/", "import/", "kept/", "export.csv", "export.xlsx")
    ]

    assert {answer.status_code for answer in [*posts, *gets]} <= {302, 403, 404}
    if kind != "anonymous":
        assert {answer.status_code for answer in gets} == {403}
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}
    assert (Waiver.objects.count(), Note.objects.count(), SavedFilter.objects.count()) == (0, 0, 0)
    assert Likeness.objects.get().state == "open"
    assert Activity.objects.filter(object_type__in=("application", "call"), verb__startswith="application").count() == 0


def test_a_committee_sees_neither_grant_nor_office_notes_nor_history(client, call):
    mine = judged(call)
    AnswerFactory(application=mine, question="letter", value="Our stores are full.")
    AnswerFactory(application=mine, question="gender", value="a woman")
    AnswerFactory(application=mine, question="grant", value="four thousand euros")
    for visibility in Note.Visibility.values:
        NoteFactory(application=mine, text=f"note for {visibility}", visibility=visibility)
    RequestFactory(application=mine, state="given", text="She is the best.", answered_at=NOW)
    words = (
        "Our stores are full.", "a woman", "four thousand euros", "note for office", "note for committee",
        "She is the best.",
    )  # fmt: skip
    seen = {}
    for kind in ("committee", "office"):
        client.force_login(reader(kind, mine))
        page = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
        seen[kind] = [word for word in words if word in page]

    assert seen["office"] == list(words)
    assert seen["committee"] == ["Our stores are full.", "a woman", "note for committee", "She is the best."]


def test_a_document_is_shown_inside_its_page_and_every_reading_is_logged(client, call, office):
    mine = judged(call)
    path = default_storage.save("applications/test/cv", ContentFile(b"%PDF-1.7 x"))
    row = DocumentFactory(application=mine, question="cv", name="cv.pdf", path=path)
    replaced = DocumentFactory(application=mine, question="bank", path=path, replaced_at=NOW)

    page = client.get(f"/en/desk/applications/files/{mine.number}/")
    address = f"/en/apply/file/{row.key}/?show"
    answer = client.get(address)

    assert f'<iframe class="preview" src="{address}"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF-1.7 x")
    assert (answer["Content-Type"], answer["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert answer["Content-Disposition"] == 'inline; filename="cv.pdf"'
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    logged = Activity.objects.filter(verb="application.file_read").values_list("by", "object_key", "reason")
    assert list(logged) == [(office.pk, mine.number, "cv")]
    assert client.get(address.replace(str(row.key), str(replaced.key))).status_code == 404
    default_storage.delete(path)


@pytest.mark.parametrize(("kind", "content_type"), [("jpeg", "image/jpeg"), ("png", "image/png")])
def test_a_photo_of_a_document_is_shown_inside_its_page(client, call, office, kind, content_type):
    mine = judged(call)
    data = picture(kind.upper())
    path = default_storage.save("applications/test/photo", ContentFile(data))
    row = DocumentFactory(application=mine, question="cv", name=f"letter.{kind}", kind=kind, pages=None, path=path)

    page = client.get(f"/en/desk/applications/files/{mine.number}/")
    address = f"/en/apply/file/{row.key}/?show"
    answer = client.get(address)

    html = page.content.decode()
    assert f'<img src="{address}" alt="CV: letter.{kind}" loading="lazy">' in html
    assert ("<iframe" in html, "img-src 'self'" in page["Content-Security-Policy"]) == (False, True)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, data)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        content_type,
        f'inline; filename="letter.{kind}"',
    )
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    logged = Activity.objects.filter(verb="application.file_read").values_list("by", "object_key", "reason")
    assert list(logged) == [(office.pk, mine.number, "cv")]
    default_storage.delete(path)


def test_notes_reach_those_whom_they_are_for(client, call, office):
    mine = judged(call)
    answer = client.post(
        f"/en/desk/applications/files/{mine.number}/notes/",
        {"note-text": " Asked by phone. ", "note-visibility": "applicant"},
    )
    assert answer.status_code == 302
    assert list(Note.objects.visible_to(mine.applicant).values_list("text", "by")) == [("Asked by phone.", office.pk)]
    empty = client.post(
        f"/en/desk/applications/files/{mine.number}/notes/", {"note-text": "", "note-visibility": "office"}
    )
    assert (empty.status_code, Note.objects.count()) == (422, 1)


def test_what_was_decided_names_the_version_of_the_rules_that_it_quotes(client, call, office):
    RuleVersionFactory(call=call, number=2, document={"rules": RULES})
    mine = judged(call)
    services.waive_rule(mine, "age", reason="Exception.", by=office, at=NOW)
    RuleVersionFactory(call=call, number=3, document={"rules": RULES})

    file = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    text = client.get(f"/en/desk/applications/calls/{call.code}/export.csv").content.decode("utf-8-sig")

    assert "Judged by the rules of the call, version 2." in file
    assert file.count(", rules of the call, version 2)") == 1
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Conditions"], row["Version of the rules"]) == ("all conditions met", "2")
    ApplicationFactory(call=call, submitted=True)
    text = client.get(f"/en/desk/applications/calls/{call.code}/export.csv").content.decode("utf-8-sig")
    assert [one["Version of the rules"] for one in csv.DictReader(io.StringIO(text))] == ["", "2"]


# The list


def test_the_list_is_narrowed_by_its_address_and_a_view_is_kept(client, call, office):
    StrandFactory(call=call, key="second", name={"en": "Second"}, order=5)
    awa = judged(call, "met", name="Awa Grès", names_folded="awa gres")
    binta = judged(
        call, name="Binta Marbre", names_folded="binta marbre", country_id="TG", strand="second", status="eligible"
    )
    waived = judged(
        call, name="Celia Onyx", names_folded="celia onyx", origin="paper", applicant=None, email="celia@example.org"
    )
    services.waive_rule(waived, "age", reason="x", by=office, at=NOW)
    ApplicationFactory(call=call, name="Draft Person")
    everybody = {awa, binta, waived}

    def shown(query):
        page = client.get(f"/en/desk/applications/calls/{call.code}/?{query}").content.decode()
        assert "Draft Person" not in page
        return {row for row in everybody if row.name in page}

    assert shown("") == everybody
    assert (
        shown("state=eligible") == shown("country=TG") == shown("strand=second") == shown("verdict=not_met") == {binta}
    )
    assert shown("verdict=met") == {awa, waived}
    assert shown("origin=paper") == {waived}
    assert shown("q=GR%C3%88S+awa") == {awa}
    assert shown("q=zzzz") == set()
    assert shown("state=nonsense&page=x") == everybody

    client.post(
        f"/en/desk/applications/calls/{call.code}/filters/",
        {"name": "Togo", "query": "country=TG&column=country&next=//evil"},
    )
    assert SavedFilter.objects.values_list("name", "query").get() == ("Togo", "country=TG&column=country")
    other = SavedFilter.objects.create(user=UserFactory(), name="Theirs", query="")
    gone = client.post(f"/en/desk/applications/calls/{call.code}/filters/{other.pk}/forget/")
    assert (gone.status_code, SavedFilter.objects.count()) == (404, 2)


@pytest.mark.parametrize("n", [1, 3])
def test_pages_ask_as_often_for_three_as_for_one(client, call, office, n, django_assert_num_queries):
    rows = [judged(call) for _ in range(n)]
    for row in rows:
        AnswerFactory(application=row, value="x")
        DocumentFactory(application=row)
        NoteFactory(application=row)
        RequestFactory(application=row)
        LikenessFactory(first=row, second=judged(call))
    columns = "&".join(
        f"column={name}" for name in ("country", "strand", "verdict", "endorsement", "files", "language")
    )
    base = f"/en/desk/applications/calls/{call.code}/"
    for kept in (base, f"{base}demand/"):  # what is kept for all pages
        client.get(kept)
    common = 3  # session, user, roles
    for page, queries in {
        # call, the form, strands, countries, rules, count, rows, saved views, three counts, what is sensitive,
        # pairs, second factor
        f"{base}?{columns}": 14,
        f"{base}demand/": 8,
        f"{base}duplicates/": 4,
        f"{base}kept/": 6,  # call, periods, questions, drafts, count, rows
        "/en/desk/applications/": 5,
    }.items():
        with django_assert_num_queries(common + queries, info=page):
            assert client.get(page).status_code == 200


# One person twice


def test_one_person_under_two_addresses_is_proposed_once(call):
    first = ApplicationFactory(call=call, submitted=True, name="Awa Grès", email="awa@example.org", country_id="SN")
    second = ApplicationFactory(call=call, submitted=True, name="GRÈS Awa", email="a.gres@example.org", country_id="SN")
    third = ApplicationFactory(call=call, submitted=True, name="Kossi Onyx", email="AWA@example.org", country_id="TG")
    ApplicationFactory(call=call, submitted=True, name="Awa Grès", email="x@example.org", country_id="TG")
    ApplicationFactory(call=call, name="Awa Grès", email="awa@example.org")
    ApplicationFactory(submitted=True, name="Awa Grès", email="awa@example.org")

    assert [likenesses.find_likenesses(at=NOW) for _ in range(2)] == [2, 0]

    found = {(row.first, row.second, *row.why) for row in Likeness.objects.all()}
    assert found == {(first, second, "country", "name"), (first, third, "email")}


def test_a_pair_is_no_question_any_more_once_one_of_the_two_is_out(client, call, office):
    first, second, third = (judged(call, "met", name="Awa Grès") for _ in range(3))
    pair, other = LikenessFactory(first=first, second=second), LikenessFactory(first=second, second=third)
    address = f"/en/desk/applications/calls/{call.code}/duplicates/"
    assert [row.pk for row in client.get(address).context["page"]] == [other.pk, pair.pk]

    likenesses.merge(pair, first, by=office, at=NOW)

    assert list(client.get(address).context["page"]) == []
    assert "looks like one person" not in client.get(f"/en/desk/applications/calls/{call.code}/").content.decode()


def test_a_pair_does_not_show_a_draft(client, call, office):
    LikenessFactory(first=judged(call, "met"), second=ApplicationFactory(call=call))

    assert list(client.get(f"/en/desk/applications/calls/{call.code}/duplicates/").context["page"]) == []


def test_merging_keeps_one_and_tells_the_other_and_apart_keeps_both(call):
    office = OfficeUserFactory()
    first, second, third = (judged(call, "met", name="Awa Grès") for _ in range(3))
    pair, two = LikenessFactory(first=first, second=second), LikenessFactory(first=second, second=third)
    with pytest.raises(likenesses.NotOfThese):
        likenesses.merge(pair, third, by=office, at=NOW)

    likenesses.keep_apart(two, by=office, at=NOW)
    likenesses.merge(pair, second, by=office, at=NOW)
    with pytest.raises(likenesses.AlreadyDecided):
        likenesses.merge(pair, first, by=office, at=NOW)

    states = [row.status for row in Application.objects.order_by("pk")]
    assert states == ["withdrawn", "submitted", "submitted"]
    assert set(Likeness.objects.values_list("state", flat=True)) == {"merged", "dismissed"}
    assert mails() == [("applications_merged", first.applicant_id, "fr")]
    assert second.number in Message.objects.get().text
    with pytest.raises(applying.CannotTakeUp):
        applying.take_up_again(first, by=first.applicant, at=NOW)
    assert Application.objects.get(pk=first.pk).status == "withdrawn"


# Demand


def test_demand_counts_people_by_country_and_region_next_to_places(call, django_assert_num_queries):
    call.strands.update(places_min=20, places_max=25)
    other = CallFactory()
    ApplicationFactory(call=call)
    ApplicationFactory(call=call, submitted=True)
    ApplicationFactory(call=call, submitted=True, status="withdrawn")
    ApplicationFactory(call=call, submitted=True, status="eligible", country_id="TG")
    ApplicationFactory(call=call, submitted=True, status="selected", country_id="MX")
    ApplicationFactory(call=call, submitted=True, rehearsal=True)
    demand_of_calls([call])  # places are kept
    with django_assert_num_queries(4):  # strands, applications, the versions of the places and of the programme
        found = demand_of_calls([call, other])

    mine = found[call.pk]
    assert (mine.places_min, mine.places_max) == (20, 25)
    assert (mine.total.begun, mine.total.submitted, mine.total.eligible) == (5, 3, 2)
    assert {(p.code, p.begun, p.submitted, p.eligible) for p in mine.countries} == {
        ("SN", 3, 1, 0), ("TG", 1, 1, 1), ("MX", 1, 1, 1),
    }  # fmt: skip
    assert {(p.code, p.begun, p.submitted, p.eligible) for p in mine.regions} == {("AFR", 4, 2, 1), ("LAC", 1, 1, 1)}
    assert (found[other.pk].total.begun, found[other.pk].countries) == (0, [])


def test_what_a_referee_wrote_runs_as_its_language_does(client, call, office):
    mine = judged(call)
    RequestFactory(application=mine, state="given", text="ممتازة", language="ar", answered_at=NOW)

    html = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()

    assert '<blockquote lang="ar" dir="rtl">' in html


@pytest.mark.parametrize(
    ("status", "said"), [("withdrawn", "Withdrawn"), ("draft", "Draft"), ("incomplete", "Incomplete")]
)
def test_nothing_is_merged_into_an_application_that_is_out_meanwhile(client, call, office, status, said):
    first, second = (judged(call, "met", name="Awa Grès") for _ in range(2))
    pair = LikenessFactory(first=first, second=second)
    Application.objects.filter(pk=first.pk).update(status=status)
    events = Activity.objects.count()

    with pytest.raises(likenesses.KeptIsOut):  # the page that was shown before
        likenesses.merge(pair, first, by=office, at=NOW)
    address = f"/en/desk/applications/calls/{call.code}/duplicates/"
    answer = client.post(f"{address}{pair.pk}/", {"keep": first.number}, follow=True)

    assert (
        f"Application {first.number} is “{said}” meanwhile: nothing would be left of this person. Nothing was changed."
        in answer.content.decode()
    )
    assert list(Application.objects.order_by("pk").values_list("status", "status_reason")) == [
        (status, ""), ("submitted", ""),
    ]  # fmt: skip
    assert (Likeness.objects.get().state, mails(), Activity.objects.count()) == ("open", [], events)
