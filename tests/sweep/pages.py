"""What is swept: an entry for each page, and a reason for each address that is not a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.sweep.doings import CALL, TRAINING


@dataclass(frozen=True, eq=False)
class Page:
    """A page as one reader sees it.

    ``arguments`` are those of the address; "@name" stands for what ``Doings`` keeps under that name. ``reader`` is ""
    for a stranger, else one of those whom ``readers.client_of`` knows. ``query`` starts with "?".
    """

    route: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    reader: str = ""
    query: str = ""
    status: int = 200
    note: str = ""

    @property
    def key(self) -> str:
        parts = [self.route + self.query, self.note, self.reader]
        return "-".join(part for part in parts if part)


ERRORS = [
    Page("failing:400", status=400),
    Page("failing:403", status=403),
    Page("failing:429", status=429),
    Page("failing:500", status=500),
    Page("failing:csrf", status=403),
    Page("portal:home", query="no-such-page/", status=404),
    Page("portal:desk", reader="reader", status=403),
]

# The public site: held to 40 kB, 8 requests and 6 queries.
PUBLIC = [
    Page("portal:home"),
    Page("portal:trainings"),
    Page("portal:trainings", query="?region=AFR&sort=oldest", note="narrowed"),
    Page("portal:trainings", query="?q=musem", note="searched"),
    Page("portal:trainings", query="?q=zzzz", note="nothing"),
    Page("portal:training", {"slug": TRAINING}, note="announced"),
    Page("portal:training", {"slug": "@training"}, note="delivered"),
    Page("portal:calls"),
    Page("portal:calls", query="?rehearsal=1", note="with rehearsal"),
    Page("portal:calls", query="?q=zzzz", note="nothing"),
    Page("portal:call", {"code": CALL}),
    Page("portal:call", {"code": CALL}, query="?zone=America/Lima", note="in a zone"),
    Page("portal:call", {"code": "@call_coming"}, note="to come"),
    Page("portal:call", {"code": "@call_strands"}, note="strands"),
    Page("portal:call_questions", {"code": CALL}),
    Page("portal:call_check", {"code": CALL}),
    Page("portal:call_check", {"code": "@call_strands"}, query="?strand=guests", note="strands"),
    Page("portal:people"),
    Page("portal:person", {"slug": "@person"}),
    Page("portal:organisations"),
    Page("portal:organisation", {"slug": "icom"}),
    Page("portal:topics"),
    Page("portal:topic", {"slug": "marketing"}),
    Page("portal:regions"),
    Page("portal:region", {"code": "afr"}),
    Page("portal:next"),
    Page("portal:next", query="?country=ML", note="asked"),
    Page("portal:coverage"),
    Page("portal:coverage", query="?on=2023-10-31&rule=lenient&reading=harsh", note="another day"),
    Page("portal:coverage", query="?scheme=unesco_split", note="another scheme"),
    Page("portal:about"),
    Page("portal:privacy"),
    Page("portal:accessibility"),
    Page("portal:feeds"),
    Page("portal:alert_new", query="?region=AFR"),
    Page("portal:alert_sent"),
    Page("portal:alert_ended"),
    Page("propose:form"),
    Page("propose:sent"),
    Page("web:styleguide"),
    Page("web:display"),
    Page("web:display", query="?saved=1", note="saved"),
]

# Every training of the archive. In the process they meet all that the other pages meet, in each language; a browser
# opens each once, because two of their kind stand among the public pages.
ARCHIVE = json.loads(Path("src/tessera/programmes/data/archive.json").read_text("utf-8"))
TRAININGS = [Page("portal:training", {"slug": one["id"]}, note=one["id"]) for one in ARCHIVE["trainings"]]

# Pages that strangers reach by a link or on their way in, and those of one's own account.
ACCOUNTS = [
    Page("portal:alert_confirm", {"token": "@alert_asked"}),
    Page("portal:alert_confirm", {"token": "nonsense"}, status=404, note="gone"),
    Page("portal:alert_manage", {"token": "@alert"}),
    Page("portal:alert_end", {"token": "@alert"}),
    Page("propose:confirm", {"token": "@proposal_sent"}),
    Page("propose:confirm", {"token": "nonsense"}, status=410, note="gone"),
    Page("propose:mine", {"token": "@proposal_mine"}),
    Page("requests:answer", {"token": "@request"}, note="reference"),
    Page("requests:answer", {"token": "@request_of_country"}, note="endorsement"),
    Page("requests:answer", {"token": "nonsense"}, status=410, note="gone"),
    Page("requests:new_link"),
    Page("requests:sent"),
    Page("requests:thanks"),
    Page("requests:country", reader="guarded"),
    Page("requests:endorse", {"pk": "@endorsement"}, reader="guarded"),
    Page("requests:mine", {"number": "@application"}, reader="reader"),
    Page("requests:kept", {"number": "@application"}, reader="reader"),
    Page("apply:start", {"code": CALL}),
    Page("apply:start", {"code": CALL}, reader="trainer"),
    Page("apply:start", {"code": "@call_coming"}, note="to come"),
    Page("apply:mine", reader="guarded"),
    Page("apply:mine", reader="keyholder", note="none"),
    Page("apply:step", {"code": CALL, "key": "person"}, reader="guarded"),
    Page("apply:step", {"code": CALL, "key": "work"}, reader="guarded", query="?check=1"),
    Page("apply:step", {"code": CALL, "key": "motivation"}, reader="guarded"),
    Page("apply:step", {"code": CALL, "key": "documents"}, reader="guarded"),
    Page("apply:review", {"code": CALL}, reader="guarded"),
    Page("apply:status", {"code": CALL}, reader="guarded"),
    Page("apply:status", {"code": CALL}, reader="reader", note="sent"),
    Page("apply:status", {"code": CALL}, reader="host", note="selected"),
    Page("apply:step", {"code": CALL, "key": "after_selection"}, reader="host", query="?check=1"),
    Page("requests:kept", {"number": "@chosen"}, reader="host"),
    Page("apply:withdraw", {"code": CALL}, reader="guarded"),
    Page("accounts:sign_in"),
    Page("accounts:link_sent", reader="asked"),
    Page("accounts:link", {"token": "@link"}),
    Page("accounts:link", {"token": "nonsense"}, status=410, note="gone"),
    Page("accounts:confirm_address", {"token": "@address"}),
    Page("accounts:confirm_address", {"token": "nonsense"}, status=410, note="gone"),
    Page("accounts:rehearsal"),
    Page("account_inactive", status=403),
    Page("mfa_authenticate", reader="halfway"),
    Page("account_reauthenticate", reader="unproven"),
    Page("mfa_reauthenticate", reader="unproven"),
    Page("accounts:home", reader="reader"),
    Page("accounts:home", reader="office"),
    Page("accounts:welcome", reader="reader"),
    Page("accounts:security", reader="reader"),
    Page("accounts:security", reader="guarded"),
    Page("accounts:second_factor", reader="reader"),
    Page("accounts:password", reader="reader"),
    Page("accounts:address", reader="reader"),
    Page("accounts:sessions", reader="reader"),
    Page("accounts:privacy", reader="reader"),
    Page("accounts:privacy", reader="guarded"),
    Page("accounts:correction", reader="reader"),
    Page("accounts:erasure", reader="reader"),
    Page("mfa_activate_totp", reader="reader"),
    Page("mfa_deactivate_totp", reader="guarded"),
    Page("mfa_view_recovery_codes", reader="guarded"),
    Page("mfa_generate_recovery_codes", reader="guarded"),
    Page("mfa_add_webauthn", reader="guarded"),
    Page("mfa_edit_webauthn", {"pk": "@passkey"}, reader="keyholder"),
    Page("mfa_remove_webauthn", {"pk": "@passkey"}, reader="keyholder"),
    Page("accounts:users", reader="admin"),
    Page("accounts:invite", reader="admin"),
    Page("accounts:user", {"pk": "@guarded"}, reader="admin"),
    Page("accounts:grant", {"pk": "@guarded"}, reader="admin"),
    Page("accounts:revoke", {"pk": "@guarded", "grant_pk": "@grant"}, reader="admin"),
    Page("accounts:change_state", {"pk": "@guarded"}, reader="admin"),
    Page("accounts:reset_second_factor", {"pk": "@guarded"}, reader="admin"),
    Page("accounts:invite_again", {"pk": "@guarded"}, reader="admin"),
    Page("accounts:requests", reader="admin"),
    Page("accounts:privacy_request", {"pk": "@correction"}, reader="admin", note="correction"),
    Page("accounts:privacy_request", {"pk": "@erasure"}, reader="admin", note="erasure"),
]

DESK = [
    Page("messaging:outbox", reader="office"),
    Page("messaging:outbox", reader="admin", query="?state=dead"),
    Page("messaging:failed", reader="office"),
    Page("messaging:batches", reader="office"),
    Page("messaging:batch", {"pk": "@batch"}, reader="office"),
    Page("messaging:message", {"pk": "@sent"}, reader="office", note="sent"),
    Page("messaging:message", {"pk": "@dead"}, reader="office", note="dead"),
    Page("messaging:edit", {"pk": "@waiting"}, reader="office"),
    Page("mail:folder"),
    Page("mail:mail", {"name": "@mail"}),
    Page("portal:desk", reader="office"),
    Page("portal:board", reader="office"),
    Page("portal:board", reader="office", query="?plan=SWEEPPLN", note="with a plan"),
    Page("planning:proposals", reader="office"),
    Page("planning:proposals", reader="office", query="?region=AFR&q=zzzz", note="nothing"),
    Page("planning:proposal", {"code": "@proposal"}, reader="office", note="received"),
    Page("planning:proposal", {"code": "REHEARS4"}, reader="office", note="accepted"),
    Page("planning:proposal_new", reader="office"),
    Page("planning:roster", reader="office"),
    Page("planning:trainer_add", reader="office"),
    Page("planning:trainer", {"slug": "ines-malaquita"}, reader="office"),
    Page("planning:scenarios", reader="office"),
    Page("planning:scenario_new", reader="office"),
    Page("planning:scenario", {"code": "@scenario_waiting"}, reader="office", note="waiting"),
    Page("planning:scenario", {"code": "SWEEPPLN"}, reader="office", note="computed"),
    Page("planning:scenario", {"code": "@scenario_changed"}, reader="office", note="changed"),
    Page("planning:scenario", {"code": "@scenario_open"}, reader="office", note="not proved"),
    Page("planning:scenario", {"code": "@scenario_impossible"}, reader="office", note="without a plan"),
    Page("planning:scenario", {"code": "@scenario_failed"}, reader="office", note="failed"),
    Page("planning:compare", reader="office", query="?s=SWEEPPLN", note="one plan"),
    Page("planning:compare", reader="office"),
    Page("applications:calls", reader="office"),
    Page("applications:list", {"code": CALL}, reader="office"),
    Page("applications:list", {"code": CALL}, reader="office", query="?q=zzzz", note="nothing"),
    Page("applications:demand", {"code": CALL}, reader="office"),
    Page("applications:duplicates", {"code": CALL}, reader="office"),
    Page("applications:import", {"code": CALL}, reader="office"),
    Page("applications:members", reader="office"),
    Page("applications:members_of_call", {"code": CALL}, reader="office"),
    Page("applications:late", {"code": CALL}, reader="office"),
    Page("applications:kept", {"code": CALL}, reader="office"),
    Page("applications:waive_beforehand", {"code": CALL}, reader="office"),
    Page("applications:file", {"number": "@application"}, reader="office"),
    Page("applications:file", {"number": "@chosen"}, reader="office", note="selected"),
    Page("applications:return", {"number": "@application"}, reader="office"),
    Page("portal:worklist", reader="office"),
    Page("portal:missing_facts", reader="office"),
    Page("calls:calls", reader="office"),
    Page("calls:calls", reader="host"),
    Page("calls:calls", reader="office", query="?q=zzzz", note="nothing"),
    Page("calls:call_new", reader="office"),
    Page("calls:call_form", {"key": CALL}, reader="office"),
    Page("calls:call_form", {"key": "@call_draft"}, reader="office", note="draft"),
    Page("calls:call_form_add", {"key": "@call_draft"}, reader="office"),
    Page("calls:call_form_question_new", {"key": "@call_draft"}, query="?type=rows", reader="office", note="rows"),
    Page("calls:call_form_question_new", {"key": "@call_draft"}, query="?type=file", reader="office", note="file"),
    Page("calls:call_form_question", {"key": "@call_draft", "question": "@question"}, reader="office"),
    Page("calls:call_form_question_remove", {"key": "@call_draft", "question": "@question"}, reader="office"),
    Page("calls:call_form_step_new", {"key": "@call_draft"}, reader="office"),
    Page("calls:call_form_step", {"key": "@call_draft", "step": "@step"}, reader="office"),
    Page("calls:call_form_step_remove", {"key": "@call_draft", "step": "@step"}, reader="office"),
    Page("calls:call_form_history", {"key": "@call_draft"}, reader="office"),
    Page("portal:desk_call_form_preview", {"key": "@call_draft"}, reader="office"),
    Page(
        "portal:desk_call_form_preview",
        {"key": "@call_draft"},
        query="?language=fr&width=wide",
        reader="office",
        note="wide",
    ),
    Page("calls:call_rules", {"key": CALL}, reader="office"),
    Page("calls:call_rules", {"key": "@call_strands"}, reader="office", note="strands"),
    Page("calls:call_rule_new", {"key": "@call_draft", "part": "-"}, query="?kind=country_of_work", reader="office"),
    Page("calls:call_rule", {"key": "@call_draft", "part": "-", "rule": "@rule"}, reader="office"),
    Page("calls:call_rule_remove", {"key": "@call_draft", "part": "-", "rule": "@rule"}, reader="office"),
    Page("calls:call_rules_bench", {"key": CALL}, reader="office"),
    Page("calls:call_rules_bench", {"key": CALL}, query="?ask=1&birth_date=1970-01-01", reader="office", note="judged"),
    Page("calls:call_rules_history", {"key": CALL}, reader="office"),
    Page("grants:tables", reader="office"),
    Page("grants:table_new", reader="office"),
    Page("calls:call_steps", {"key": CALL}, reader="office"),
    Page("calls:call_steps", {"key": "@call_draft"}, reader="office", note="draft"),
    Page("calls:call_timeline", {"key": CALL}, reader="office"),
    Page("calls:call_timeline", {"key": "@call_draft"}, reader="office", note="draft"),
    Page("calls:call_extend", {"key": CALL}, reader="office"),
    Page("calls:call_extend", {"key": "@call_draft"}, reader="office", note="too early"),
    Page("calls:call_postpone", {"key": CALL}, reader="office"),
    Page("calls:call_postpone", {"key": "@call_draft"}, reader="office", note="too early"),
    Page("activity:log", reader="admin"),
    Page("applications:retention", reader="admin"),
    Page("places:schemes", reader="admin"),
    Page("places:scheme_new", reader="admin"),
    Page("places:scheme", {"code": "unesco", "version": "@scheme_in_force"}, reader="admin"),
    Page("programmes:scheme_activate", {"code": "@scheme", "version": "@scheme_version"}, reader="admin"),
    Page("programmes:trainings", reader="office"),
    Page("programmes:trainings", reader="host"),
    Page("programmes:training_new", reader="office"),
    Page("programmes:training_status", {"key": TRAINING}, reader="office"),
    Page("programmes:topics", reader="office"),
    Page("programmes:topic_new", reader="office"),
    Page("programmes:series_list", reader="office"),
    Page("programmes:sources", reader="office"),
    Page("programmes:source_new", reader="office"),
    Page("programmes:series_new", reader="office"),
    Page("programmes:series_delete", {"key": "@series"}, reader="office"),
    Page("programmes:source_delete", {"key": "@source"}, reader="office"),
    Page("programmes:person_merge", {"key": "celia-pizarra"}, reader="office"),
    Page("programmes:person_unmerge", {"pk": "@person_merge"}, reader="office"),
    Page("programmes:organisation_merge", {"key": "house-of-slate"}, reader="office"),
    Page("programmes:organisation_unmerge", {"pk": "@organisation_merge"}, reader="office"),
    Page("organisations:people", reader="office"),
    Page("organisations:person_new", reader="office"),
    Page("organisations:organisations", reader="office"),
    Page("organisations:organisation_new", reader="office"),
]


def record_pages(
    app: str, kind: str, key: str, draft: str, sections: str, *, deleted: str = "", preview: str = ""
) -> list[Page]:
    """The desk's pages of a published record and of a draft of the same kind; ``preview`` is an address."""
    name = f"{app}:{kind}"
    pages = [
        Page(name, {"key": key}, reader="office"),
        *(Page(f"{name}_edit", {"key": key, "section": part}, reader="office", note=part) for part in sections.split()),
        Page(f"{name}_history", {"key": key}, reader="office"),
        Page(f"{name}_version", {"key": key, "version": 1}, reader="office"),
    ]
    if draft:
        pages += [
            Page(f"{name}_publish", {"key": key}, reader="office"),
            Page(name, {"key": draft}, reader="office", note="draft"),
            Page(f"{name}_publish", {"key": draft}, reader="office", note="draft"),
            Page(f"{name}_delete", {"key": draft}, reader="office"),
            Page(f"{name}_clone", {"key": key}, reader="office"),
            Page(preview, {"key": draft}, reader="office"),
        ]
    if deleted:
        pages.append(Page(f"{name}_bring_back", {"key": deleted}, reader="office"))
    return pages


RECORDS = [
    *record_pages(
        "programmes", "training", TRAINING, "@draft",
        "texts dates sessions places audience people numbers sources", deleted="@deleted",
        preview="portal:desk_preview",
    ),
    *record_pages(
        "calls", "call", CALL, "@call_draft", "texts dates strands packages conditions", deleted="@call_deleted",
        preview="portal:desk_call_preview",
    ),
    *record_pages("grants", "categorytable", "@table", "", "categories"),
    *record_pages(
        "programmes", "topic", "marketing", "@topic_draft", "texts", deleted="@topic_deleted",
        preview="portal:desk_topic_preview",
    ),
    *record_pages("programmes", "series", "@series", "", "names", deleted="@series_deleted"),
    *record_pages("programmes", "source", "S1", "", "facts", deleted="@source_deleted"),
    *record_pages("programmes", "programme", "@programme", "", "texts goals"),
    *record_pages(
        "organisations", "person", "@person", "celia-pizarra", "names biography posts remarks", deleted="@person_deleted",
        preview="portal:desk_person_preview",
    ),
    *record_pages(
        "organisations", "organisation", "icom", "house-of-slate", "names facts remarks", deleted="@organisation_deleted",
        preview="portal:desk_organisation_preview",
    ),
]  # fmt: skip

PAGES = [*ERRORS, *PUBLIC, *ACCOUNTS, *DESK, *RECORDS]
IN_PROCESS = [*PAGES, *TRAININGS]

# Addresses that take what people send and show nothing by themselves: a GET answers 405.
ACTS = {
    "apply:again", "apply:late", "apply:left", "apply:offer", "apply:save", "apply:upload",
    "requests:ask", "applications:act", "applications:keep_filter", "applications:forget_filter",
    "applications:decide_likeness", "applications:waive", "applications:eligible", "applications:ineligible",
    "applications:note", "applications:ask_again", "applications:waive_transmission", "applications:late_revoke",
    "accounts:sign_out", "accounts:end_other_sessions", "accounts:end_session", "accounts:export",
    "accounts:cancel_erasure", "account_logout", "messaging:retry_task", "messaging:discard_task",
    "planning:proposal_accept", "planning:proposal_decline", "planning:proposal_training", "planning:scenario_cancel",
    "planning:line_accept", "planning:line_undo",
    "messaging:approve_batch", "messaging:cancel_batch", "messaging:cancel", "messaging:retry", "messaging:bounced",
    "calls:call_draft", "grants:categorytable_draft", "programmes:training_draft", "programmes:topic_draft", "programmes:programme_draft",
    "programmes:series_draft", "programmes:source_draft",
    "organisations:person_draft", "organisations:organisation_draft",
}  # fmt: skip

# Addresses that are no pages of their own.
SAME = "another name of a page that is swept, because allauth leads there"
JSON = "JSON: tests/api"
UNSWEPT = {
    "apply:piece": "JSON for the page that sends files: tests/applications",
    "apply:document": "somebody’s file: tests/applications",
    "requests:document": "somebody’s file: tests/applications",
    "applications:paper": "only of what came on paper: tests/applications",
    "applications:members_delete": "asks once more where there is a list: tests/applications",
    "applications:members_of_call_delete": "asks once more where there is a list: tests/applications",
    "applications:letter": "somebody’s file: tests/applications",
    "planning:scenario_problem": "JSON: tests/planning",
    "apply:copy_pdf": "a PDF: tests/applications",
    "apply:copy_text": "a text file: tests/applications",
    "healthz": "JSON for whoever watches the process: tests/commands",
    "readyz": "JSON for whoever watches the process: tests/commands",
    "account_login": SAME,
    "account_change_password": SAME,
    "account_set_password": SAME,
    "mfa_index": SAME,
    "mfa_list_webauthn": SAME,
    "usersessions_list": SAME,
    "mfa_login_webauthn": "JSON for the browser’s passkey dialogue: tests/accounts",
    "mfa_reauthenticate_webauthn": "JSON for the browser’s passkey dialogue: tests/accounts",
    "mfa_download_recovery_codes": "a text file: tests/accounts",
    "accounts:download_export": "a ZIP file: tests/accounts",
    "messaging:message_html": "a mail, under a policy of its own: tests/messaging",
    "mail:mail_html": "a mail, under a policy of its own: tests/messaging",
    "applications:export": "an XLSX or CSV file: tests/applications",
    "programmes:programmes": "leads to the programme, while there is one: tests/programmes",
    "places:scheme_table": "a CSV file: tests/places",
    "web:theme_css": "a stylesheet: tests/web",
    "front_door": "leads to the reader’s own language: tests/portal",
    "robots": "a text file: tests/portal",
    "sitemap": "XML: tests/portal",
    "sitemap_of_language": "XML: tests/portal",
    "portal:trainings_ics": "a calendar: tests/portal",
    "portal:trainings_atom": "a feed: tests/portal",
    "portal:trainings_csv": "a CSV file: tests/portal",
    "portal:trainings_json": "JSON: tests/portal",
    "portal:training_ics": "a calendar: tests/portal",
    "portal:calls_ics": "a calendar: tests/portal",
    "portal:call_ics": "a calendar: tests/portal",
    "portal:training_share": "a picture: tests/portal",
    "portal:site_share": "a picture: tests/portal",
    "api-docs": "a page in English outside the languages of the site: tests/api",
    "api-openapi": JSON,
    "api-nowhere": JSON,
    **dict.fromkeys(
        [
            "api-v1:index", "api-v1:trainings", "api-v1:training", "api-v1:calls", "api-v1:call", "api-v1:facets",
            "api-v1:people", "api-v1:person", "api-v1:organisations", "api-v1:organisation", "api-v1:topics",
            "api-v1:topic", "api-v1:regions",
            "api-v1:schemes", "api-v1:scheme", "api-v1:coverage", "api-v1:api-root",
        ],
        JSON,
    ),
}  # fmt: skip
