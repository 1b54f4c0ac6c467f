"""How the interface behaves: errors in the reader's language, bounds, conditional requests, other sites."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from tessera.api import gate
from tessera.api.v1 import openapi
from tessera.core.versions import bump_content_version
from tests.portal import published

pytestmark = pytest.mark.django_db
COMMITTED = Path(__file__).parents[2] / "docs" / "openapi" / "v1.json"


def test_committed_description_is_the_present_one():
    assert json.loads(COMMITTED.read_text()) == json.loads(json.dumps(openapi())), (
        "the interface changed: check that version 1 was only added to, then write docs/openapi/v1.json again"
    )


def test_description_is_openapi_3_1_and_documents_the_errors(client):
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        assert list(methods) == ["get"]
        answers = {str(status) for status in methods["get"]["responses"]}
        expected = {"200"} if path == "/api/v1/" else {"200", "422"} | ({"404"} if "{" in path else set())
        assert answers >= expected, path


@pytest.mark.parametrize(
    ("path", "parameter", "code"),
    [
        ("trainings?limit=0", "limit", "greater_than_equal"),
        ("trainings?limit=101", "limit", "less_than_equal"),
        ("trainings?limit=99999999999999999999", "limit", "less_than_equal"),
        ("trainings?limit=many", "limit", "int_parsing"),
        ("trainings?offset=-1", "offset", "greater_than_equal"),
        ("people?offset=99999999999999999999", "offset", "less_than_equal"),
        ("trainings?q=a%00b", "q", "unsound_text"),
        ("trainings?region=a%00b", "region", "unsound_text"),
        ("trainings/a%00b", "id", "unsound_text"),
        ("people/a%00b", "id", "unsound_text"),
        ("organisations?q=%00", "q", "unsound_text"),
        ("schemes/%00", "code", "unsound_text"),
        ("trainings?q=" + "a" * 121, "q", "string_too_long"),
        ("trainings?" + "&".join(f"year={n}" for n in range(21)), "year", "too_long"),
        ("trainings?year=abc", "year", "int_parsing"),
        ("trainings?sort=random", "sort", "literal_error"),
        ("coverage?on=2023-02-30", "on", "date_from_datetime_parsing"),
        ("coverage?on=0001-01-01", "on", "no_such_day"),
        ("coverage?on=9999-12-31", "on", "no_such_day"),
        ("coverage?rule=soft", "rule", "literal_error"),
        ("trainings?year=20231", "year", "no_such_year"),
        ("trainings?region=ZZ", "region", "no_such_value"),
        ("trainings?region=LAC&region=ZZ", "region", "no_such_value"),
        ("trainings?country=ZZ", "country", "no_such_value"),
        ("trainings?language=zz", "language", "no_such_value"),
        ("trainings?format=remote", "format", "no_such_value"),
        ("trainings?status=over", "status", "no_such_value"),
        ("trainings?topic=nothing", "topic", "no_such_record"),
        ("trainings?trainer=nobody", "trainer", "no_such_record"),
        ("trainings?organisation=nobody", "organisation", "no_such_record"),
        ("facets?region=ZZ", "region", "no_such_value"),
        ("people?country=ZZ", "country", "no_such_value"),
        ("people?organisation=nobody", "organisation", "no_such_record"),
        ("organisations?type=ship", "type", "no_such_value"),
        ("trainings?areas=APA", "areas", "no_such_parameter"),
        ("?lang=fr", "lang", "no_such_parameter"),
        ("topics?q=stone", "q", "no_such_parameter"),
        ("coverage?online=perhaps", "online", "bool_parsing"),
        ("trainings?lang=%00", "lang", "unsound_text"),
    ],
)
def test_bad_parameters_are_named_in_a_422(client, path, parameter, code):
    response = client.get(f"/api/v1/{path}")
    error = response.json()["error"]
    assert (response.status_code, error["status"], error["code"]) == (422, 422, "invalid")
    assert [(field["parameter"], field["code"]) for field in error["fields"]] == [(parameter, code)]
    assert error["fields"][0]["message"] != "This cannot be understood."


def test_unknown_filters_are_told_what_there_is(client):
    def told(path, language="en"):
        error = client.get(f"/api/v1/{path}", headers={"Accept-Language": language}).json()["error"]
        return [field["message"] for field in error["fields"]]

    assert told("trainings?region=ZZ&format=remote") == [
        "This must be one of: AFR, ARB, APA, ENA, LAC.",
        "This must be one of: in_person, online, hybrid.",
    ]
    assert told("trainings?trainer=nobody") == ["“nobody” is the id of none: see /api/v1/people."]
    assert told("coverage?region=APA") == [
        "There is no such parameter here. There are: on, rule, reading, online, scheme."
    ]
    assert told("trainings?year=20231", "fr") == ["Ce n’est pas une année\u00a0: écrivez quatre chiffres."]


def test_lone_surrogates_never_reach_the_database(client):
    for path in ("trainings?q=%ED%A0%80", "people?q=%ED%A0%80", "trainings?region=%ED%B0%80", "people/%ED%A0%80"):
        assert client.get(f"/api/v1/{path}").status_code in (200, 404, 422)


@pytest.mark.parametrize(
    "path",
    ["nothing", "trainings/nothing", "people/nothing", "organisations/nothing", "topics/nothing", "schemes/nothing",
     "regions?scheme=nothing", "coverage?scheme=nothing", "trainings/", "trainings/a/b", "docs/", "../v2/"],
)  # fmt: skip
def test_nothing_public_is_a_404_in_json(client, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 404
    assert response.json() == {
        "error": {"status": 404, "code": "not_found", "message": "There is nothing public at this address."}
    }


def test_sentences_are_in_the_language_asked_for(client):
    for query, headers, language in (
        ("?lang=fr", {}, "fr"),
        ("?lang=es-MX", {"Accept-Language": "fr"}, "es"),
        ("", {"Accept-Language": "fr-CH, en;q=0.5"}, "fr"),
        ("", {}, "en"),
    ):
        response = client.get(f"/api/v1/trainings/nothing{query}", headers=headers)
        assert response["Content-Language"] == language


def test_only_reading_is_possible(client):
    for method in (client.post, client.put, client.patch, client.delete):
        response = method("/api/v1/trainings")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert response.json()["error"]["code"] == "method_not_allowed"


def test_other_sites_may_read(client):
    published.training()
    first = client.get("/api/v1/trainings", headers={"Origin": "https://elsewhere.example"})
    again = client.get("/api/v1/trainings", headers={"If-None-Match": first["ETag"]})
    missing = client.get("/api/v1/trainings/nothing")
    asked = client.options("/api/v1/trainings")
    assert [r["Access-Control-Allow-Origin"] for r in (first, again, missing, asked)] == ["*"] * 4
    assert [r.status_code for r in (first, again, missing, asked)] == [200, 304, 404, 204]
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in first


def test_a_change_shows_on_the_next_request(client):
    published.training()
    bump_content_version()
    first = client.get("/api/v1/trainings/granite-2023")
    published.training(title={"en": "A changed title"})
    bump_content_version()
    second = client.get("/api/v1/trainings/granite-2023", headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, second.json()["title"]) == (200, {"en": "A changed title"})


def test_head_answers_as_get_does(client):
    published.training()
    response = client.head("/api/v1/trainings")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json; charset=utf-8")


def test_needs_no_sign_in_and_sets_no_cookie(client):
    response = client.get("/api/v1/trainings")
    assert (response.status_code, dict(response.cookies)) == (200, {})


def test_a_reader_who_asks_too_much_is_told_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr(gate, "pace", gate.Pace(2))
    answers = [client.get(f"/api/v1/trainings?offset={n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["error"]["code"] == "too_many_requests"
    assert client.get("/api/v1/trainings?offset=0").status_code == 200  # kept whole: costs nothing


def test_documentation_is_a_plain_valid_page_in_each_language(client, html_errors):
    for language in ("en", "fr", "es"):
        page = client.get(f"/api/v1/docs?lang={language}")
        html = page.content.decode()
        assert (page.status_code, page["Content-Language"]) == (200, language)
        assert f'<html lang="{language}"' in html
        assert html.count("<script") == html.count('<script type="module" src="/static/')
        assert not [address for address in ("http://cdn", "https://cdn", "jsdelivr", "unpkg") if address in html]
        for path in openapi()["paths"]:
            assert path in html
        assert html_errors(page.content) == []


def test_documentation_needs_no_more_than_other_pages(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):  # content version
        client.get("/api/v1/docs")
    assert settings.LOGIN_URL not in client.get("/api/v1/docs").headers.get("Location", "")
