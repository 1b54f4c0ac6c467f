"""What each address answers to each role, in each state: the expectation, read off DOMAIN §5 and 3.1.

An answer is a status, "sign in", or "> name" for a redirect to that address; a mapping gives one for each state, "*" for
the other readers or states. None: this reader may do it, so that it is not among the refusals of POST.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.gates.world import STATES, UNSENT

type ByState = Mapping[str, Any]
type Answer = int | str | ByState | None
type Answers = Mapping[str, Answer]

IN = "sign in"
OFFICE: Answers = {"anonymous": IN, "office": 200, "*": 403}
OFFICE_ACTS: Answers = {"anonymous": IN, "office": None, "*": 403}
ACT: Answers = {"anonymous": IN, "*": 405}
PUBLIC: Answers = {"*": 200}
ANY_ACCOUNT: Answers = {"anonymous": IN, "*": 200}


def sent(answer: Any, unsent: Any = 404) -> ByState:
    """``answer`` for what was handed in once, ``unsent`` for what was not."""
    return {**dict.fromkeys(UNSENT, unsent), "*": answer}


# What its writer still writes in, and what the office and those who are asked still work on.
OPEN = ("draft", "returned", "incomplete", "incomplete_again")
ASKABLE = ("draft", "submitted", "returned", "incomplete", "incomplete_again", "eligible", "ineligible")
FINAL = ("accepted", "declined", "expired")
WITHDRAWN = ("withdrawn", "withdrawn_draft")
ENDORSED = {**dict.fromkeys((*UNSENT, *WITHDRAWN), 404), **dict.fromkeys(set(ASKABLE) - UNSENT, 200), "*": 410}

ENDORSED_FILES: ByState = {"work_sample": 200, "*": 404}

FILE: Answers = {"anonymous": IN, "office": sent(200), "committee": sent(200), "*": 404}
FILE_ACTS: Answers = {"anonymous": IN, "office": sent(None), "committee": sent(403), "*": 404}
RETURNABLE = {**dict.fromkeys(UNSENT, 404), "submitted": 200, "returned": 200, "*": "> applications:file"}
RETURN: Answers = {"anonymous": IN, "office": RETURNABLE, "committee": sent(403), "*": 404}
OWN: Answers = {"anonymous": IN, "applicant": 200, "*": 404}
OWN_BY_CALL: Answers = {"anonymous": IN, "applicant": 200, "another applicant": 200, "*": 404}

# An endorsement is given by whoever was asked; who may read the file is refused, to others it is not there.
SEEN_BY_OTHERS: Answers = {"anonymous": IN, "applicant": 403, "committee": sent(403), "office": sent(403), "*": 404}


def while_open(answer: Any, closed: Any) -> ByState:
    return {**dict.fromkeys(OPEN, answer), "*": closed}


# Calls on the desk: the draft is the office's and its host's, what is public is the office's alone.
def call(*, office: Any, host: Any, draft: Any = 404, public: Any = 403, admin: Any = 403) -> Answers:
    return {
        "anonymous": IN,
        "office": office,
        "host": {"draft": host, "open": public},
        "admin": {"draft": draft, "open": admin},
        "*": {"draft": draft, "open": public},
    }


EDIT, EDITED = call(office=200, host=200), call(office=None, host=None)
DECIDE, DECIDED = call(office=200, host=403), call(office=None, host=403)
HISTORY = call(office=200, host=403, admin=200)
TABLE: Answers = {"anonymous": IN, "office": 200, "*": 404}
TABLED: Answers = {"anonymous": IN, "office": None, "*": 404}
LISTED: Answers = {
    "anonymous": IN, "office": 200, "host": 200, "host elsewhere": 200, "national committee": 200,
    "national committee elsewhere": 200, "*": 403,
}  # fmt: skip
PUBLIC_CALL: Answers = {"*": {"draft": 404, "open": 200}}


@dataclass(frozen=True)
class Gate:
    """An address. ``args`` are words for what stands in it, ``over`` the states it is tried in ("" for none).

    ``post`` are the refusals of a POST (of ``method``) with ``data``; empty where the address writes nothing.
    """

    get: Answers
    post: Answers = field(default_factory=dict)
    args: tuple[str, ...] = ()
    over: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    method: str = "post"


def _file(name: str, get: Answers, post: Answers = {}, *more: str, **facts: Any) -> tuple[str, Gate]:  # noqa: B006
    return name, Gate(get, post, ("number", *more), "files", **facts)


def _own(name: str, get: Answers, post: Answers = {}, *more: str, **facts: Any) -> tuple[str, Gate]:  # noqa: B006
    return name, Gate(get, post, ("code", *more), "files", **facts)


def _call(name: str, get: Answers, post: Answers = {}, *more: str, **facts: Any) -> tuple[str, Gate]:  # noqa: B006
    return name, Gate(get, post, ("desk", *more), "desk", **facts)


LIST: dict[str, Any] = {"args": ("submitted",)}
START = "> apply:start"
STATUS = "> apply:status"
TO_STEP = "> apply:step"

GATES: dict[str, Gate] = dict([
    # Screening
    ("applications:calls", Gate(OFFICE)),
    ("applications:list", Gate(OFFICE, **LIST)),
    ("applications:act", Gate(ACT, OFFICE_ACTS, data={"row": "@row", "act": "eligible", "confirm": "1"}, **LIST)),
    ("applications:keep_filter", Gate(ACT, OFFICE_ACTS, data={"name": "x", "query": "state=eligible"}, **LIST)),
    ("applications:forget_filter", Gate(ACT, OFFICE_ACTS, args=("submitted", "filter"))),
    ("applications:demand", Gate(OFFICE, **LIST)),
    ("applications:duplicates", Gate(OFFICE, **LIST)),
    ("applications:decide_likeness", Gate(ACT, OFFICE_ACTS, args=("submitted", "likeness"), data={"keep": "both"})),
    ("applications:export", Gate(OFFICE, args=("submitted", "csv"))),
    ("applications:import", Gate(OFFICE, OFFICE_ACTS, data={"confirm": "x"}, **LIST)),
    ("applications:kept", Gate(OFFICE, **LIST)),
    ("applications:retention", Gate(
        {"anonymous": IN, "admin": 200, "*": 403}, {"anonymous": IN, "admin": None, "*": 403},
        data={"draft_days": "60", "files_months": "6", "application_months": "24", "selected_months": "24", "number": "0",
              "do": "set"})),
    ("applications:members", Gate(OFFICE, OFFICE_ACTS, data={"confirm": "x"})),
    ("applications:members_delete", Gate(OFFICE, OFFICE_ACTS)),
    ("applications:members_of_call", Gate(OFFICE, OFFICE_ACTS, data={"confirm": "x"}, **LIST)),
    ("applications:members_of_call_delete", Gate(OFFICE, OFFICE_ACTS, **LIST)),
    ("applications:late", Gate(OFFICE, OFFICE_ACTS, data={"reason": "x", "uses": "1", "until": "2026-04-01"}, **LIST)),
    ("applications:late_revoke", Gate(ACT, OFFICE_ACTS, args=("submitted", "code_for_late"))),
    ("applications:waive_beforehand", Gate(OFFICE, OFFICE_ACTS, data={"number": "x", "rule": "age", "reason": "x"}, **LIST)),
    _file("applications:file", FILE),
    _file("applications:waive", ACT, FILE_ACTS, "age", data={"waive-age-reason": "x"}),
    _file("applications:eligible", ACT, FILE_ACTS),
    _file("applications:ineligible", ACT, FILE_ACTS, data={"no-reason": "x"}),
    _file("applications:return", RETURN, FILE_ACTS, data={"text": "x", "until": "2026-04-01"}),
    _file("applications:note", ACT, FILE_ACTS, data={"note-text": "x", "note-visibility": "office"}),
    _file("applications:ask_again", ACT, FILE_ACTS, "referee"),
    _file("applications:paper", {"anonymous": IN, "committee": sent(403), "*": 404},
          {"anonymous": IN, "committee": sent(403), "*": 404}, data={"do": "save"}),
    _file("applications:letter", FILE, {}, "letter_key"),
    _file("applications:waive_transmission", ACT, FILE_ACTS, data={"pass-reason": "x"}),
    # Applying
    ("apply:mine", Gate(ANY_ACCOUNT)),
    ("apply:document", Gate(
        {"anonymous": IN, "applicant": 200, "office": sent(200),
         "committee": {**dict.fromkeys(UNSENT, 404), "*": {"pay_slip": 404, "passport": 404, "*": 200}},
         "national committee": {**dict.fromkeys(set(ASKABLE) - UNSENT, ENDORSED_FILES), "*": 404},
         "*": 404},
        args=("document",), over="documents",
    )),
    ("apply:piece", Gate(
        OWN, {"anonymous": IN, "applicant": while_open(None, 422), "*": 404}, args=("upload",), over="files",
        data={"Upload-Offset": "0"}, method="put",
    )),
    _own("apply:start",
         {"anonymous": 200, "applicant": {**dict.fromkeys(("draft", "returned"), TO_STEP), "*": STATUS},
          "another applicant": STATUS, "*": 200},
         {"anonymous": 422, "applicant": {**dict.fromkeys(("draft", "returned"), TO_STEP), "*": STATUS},
          "another applicant": STATUS, "*": 422},
         data={"strand": "none", "email": ""}),
    _own("apply:late", {"*": 405}, {"anonymous": START, "*": START}, data={"late": "NONE", "strand": "none", "email": ""}),
    _own("apply:save", ACT, {"anonymous": IN, "applicant": while_open(None, 409), "another applicant": 409, "*": 404},
         data={"q-letter": "Stolen", "was-letter": "x", "q-full_name": "Stolen", "was-full_name": "x", "step": "why"}),
    _own("apply:upload", ACT, {"anonymous": IN, "applicant": while_open(None, 409), "another applicant": 409, "*": 404},
         data={"question": "cv", "name": "x.pdf", "size": "10"}),
    _own("apply:step", {"anonymous": IN, "applicant": while_open(200, STATUS), "another applicant": STATUS, "*": START},
         {"anonymous": IN, "applicant": while_open(None, 409), "another applicant": 409, "*": START}, "you",
         data={"q-full_name": "Stolen", "was-full_name": "x", "do": "next"}),
    # What is asked of those selected, at the same addresses: a word after the name tells two entries of one apart.
    _own("apply:step later",
         {"anonymous": IN, "applicant": {"accepted": 200, **while_open(TO_STEP, STATUS)}, "another applicant": STATUS,
          "*": START},
         {"anonymous": IN, "applicant": {"accepted": None, "*": 409}, "another applicant": 409, "*": START}, "later",
         data={"q-diet": "Stolen", "was-diet": "x", "do": "next"}),
    _own("apply:save later", ACT,
         {"anonymous": IN, "applicant": {"accepted": None, "*": 409}, "another applicant": 409, "*": 404},
         data={"q-diet": "Stolen", "was-diet": "x", "step": "later"}),
    _own("apply:upload later", ACT,
         {"anonymous": IN, "applicant": {"accepted": None, "*": 409}, "another applicant": 409, "*": 404},
         data={"question": "passport", "name": "x.pdf", "size": "10"}),
    _own("apply:review",
         {"anonymous": IN, "applicant": while_open(200, STATUS), "another applicant": STATUS, "*": START},
         {"anonymous": IN, "applicant": while_open(None, STATUS), "another applicant": STATUS, "*": START}),
    _own("apply:left", ACT, {"anonymous": IN, "applicant": None, "another applicant": None, "*": 404},
         data={"q-full_name": "Stolen", "was-full_name": "x"}),
    _own("apply:status", {"anonymous": IN, "applicant": 200, "another applicant": 200, "*": START}),
    _own("apply:offer", ACT,
         {"anonymous": IN, "applicant": {"offered": None, "*": STATUS}, "another applicant": STATUS, "*": 404},
         data={"do": "accept"}),
    _own("apply:withdraw",
         {"anonymous": IN, "applicant": {**dict.fromkeys((*FINAL, *WITHDRAWN), STATUS), "*": 200},
          "another applicant": 200, "*": 404},
         {"anonymous": IN, "applicant": {**dict.fromkeys((*FINAL, *WITHDRAWN), STATUS), "*": None},
          "another applicant": None, "*": 404}),
    _own("apply:again", ACT,
         {"anonymous": IN,
          "applicant": {**dict.fromkeys((*WITHDRAWN, "incomplete", "incomplete_again"), None), "draft": START,
                        "*": STATUS},
          "another applicant": STATUS, "*": 404}),
    _own("apply:copy_pdf", OWN_BY_CALL),
    _own("apply:copy_text", OWN_BY_CALL),
    # What others are asked
    ("requests:new_link", Gate(PUBLIC)),
    ("requests:sent", Gate(PUBLIC)),
    ("requests:thanks", Gate(PUBLIC)),
    ("requests:country", Gate(ANY_ACCOUNT)),
    ("requests:endorse", Gate(
        {**SEEN_BY_OTHERS, "national committee": ENDORSED},
        {**SEEN_BY_OTHERS, "national committee": {
            state: None if ENDORSED.get(state) == 200 else ENDORSED.get(state, 410) for state in STATES
        }},
        args=("endorsement",), over="files", data={"opinion": "full", "text": "x"},
    )),
    _file("requests:mine", OWN),
    _file("requests:kept", OWN),
    _file("requests:ask", ACT,
          {"anonymous": IN, "applicant": {**dict.fromkeys(ASKABLE, None), "*": "> requests:mine"}, "*": 404},
          "referee"),
    # Calls on the desk
    ("calls:calls", Gate(LISTED)),
    ("calls:call_new", Gate(OFFICE, OFFICE_ACTS, data={"training": "@training", "main_language": "en"})),
    _call("calls:call", EDIT),
    _call("calls:call_clone", DECIDE, DECIDED, data={"training": "@training"}),
    _call("calls:call_steps", DECIDE, DECIDED, data={"status": "closed"}),
    _call("calls:call_timeline", EDIT, EDITED, data={"do": "all"}),
    _call("calls:call_extend", DECIDE, DECIDED,
          data={"day": "2026-04-15", "time": "23:59", "zone": "Etc/GMT+12", "reason": "x", "do": "confirm"}),
    _call("calls:call_postpone", DECIDE, DECIDED, data={"reason": "x", "do": "confirm"}),
    _call("calls:call_form", EDIT, EDITED, data={"do": "down:name"}),
    _call("calls:call_form_add", EDIT, EDITED, data={"step": "you", "question": "phone"}),
    _call("calls:call_form_question_new", EDIT, EDITED, query="type=short_text", data={"label-en": "x"}),
    _call("calls:call_form_history", EDIT),
    _call("calls:call_form_step_new", EDIT, EDITED, data={"title-en": "x"}),
    _call("calls:call_form_step", EDIT, EDITED, "you", data={"title-en": "x"}),
    _call("calls:call_form_step_remove", EDIT, EDITED, "you", data={"version": "1"}),
    _call("calls:call_form_question", EDIT, EDITED, "letter", data={"label-en": "x"}),
    _call("calls:call_form_question_remove", EDIT, EDITED, "letter", data={"version": "1"}),
    _call("calls:call_rules", EDIT, EDITED, data={"do": "down:age"}),
    _call("calls:call_rules_bench", EDIT),
    _call("calls:call_rules_history", EDIT),
    _call("calls:call_rule_new", EDIT, EDITED, "-", query="kind=by_person", data={"weight": "person"}),
    _call("calls:call_rule", EDIT, EDITED, "-", "age", data={"weight": "person"}),
    _call("calls:call_rule_remove", EDIT, EDITED, "-", "age", data={"version": "1"}),
    _call("calls:call_publish", DECIDE, DECIDED, data={"do": "unpublish"}),
    _call("calls:call_delete", DECIDE, DECIDED),
    _call("calls:call_bring_back", {"anonymous": IN, "office": 404, "*": 403},
          {"anonymous": IN, "office": 404, "*": 403}),
    _call("calls:call_edit", EDIT, EDITED, "texts", data={"version": "1", "do": "save"}),
    _call("calls:call_draft", ACT, EDITED, "texts", data={"version": "1", "title-en": "x"}),
    _call("calls:call_history", HISTORY),
    _call("calls:call_version", HISTORY, call(office=None, host=403), "version"),
    _call("portal:desk_call_preview", EDIT, EDITED, query="section=texts"),
    _call("portal:desk_call_form_preview", EDIT),
    # Categories of countries
    ("grants:tables", Gate(OFFICE)),
    ("grants:table_new", Gate(OFFICE, OFFICE_ACTS, data={"name-en": "x"})),
    ("grants:categorytable", Gate(TABLE, args=("table",))),
    ("grants:categorytable_edit", Gate(TABLE, TABLED, args=("table", "categories"), data={"do": "save"})),
    ("grants:categorytable_draft", Gate(ACT, TABLED, args=("table", "categories"), data={"version": "1"})),
    ("grants:categorytable_history", Gate(TABLE, args=("table",))),
    ("grants:categorytable_version", Gate(TABLE, TABLED, args=("table", "version"))),
    # What the public sees
    ("portal:calls", Gate(PUBLIC)),
    ("portal:calls_ics", Gate(PUBLIC)),
    _call("portal:call", PUBLIC_CALL),
    _call("portal:call_ics", PUBLIC_CALL),
    _call("portal:call_questions", PUBLIC_CALL),
    _call("portal:call_check", PUBLIC_CALL, {"*": {"draft": 404, "open": 422}}, data={"birth_date": "2"}),
])  # fmt: skip
# Answered by link alone: what each kind of link gets is in test_links.py.
BY_LINK = {"requests:answer", "requests:document"}
