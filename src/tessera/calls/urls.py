"""Addresses of calls on the desk."""

from django.urls import URLPattern, URLResolver, include, path

from tessera.activity.views.records import RecordPages
from tessera.calls.forms.kinds import CALL
from tessera.calls.views import bench, dates, desk, histories, questions, rules, steps

app_name = "calls"
urlpatterns: list[URLPattern | URLResolver] = [
    path("calls/", desk.calls, name="calls"),
    path("calls/new/", desk.new, name="call_new"),
    path("calls/<slug:key>/steps/", desk.steps, name="call_steps"),
    path("calls/<slug:key>/timeline/", desk.timeline, name="call_timeline"),
    path("calls/<slug:key>/extend/", dates.extend, name="call_extend"),
    path("calls/<slug:key>/postpone/", dates.postpone, name="call_postpone"),
    path("calls/<slug:key>/questions/", steps.form, name="call_form"),
    path("calls/<slug:key>/questions/add/", questions.add, name="call_form_add"),
    path("calls/<slug:key>/questions/new/", questions.new_question, name="call_form_question_new"),
    path("calls/<slug:key>/questions/versions/", histories.form_history, name="call_form_history"),
    path("calls/<slug:key>/questions/new-step/", steps.new_step, name="call_form_step_new"),
    path("calls/<slug:key>/questions/step/<slug:step>/", steps.step, name="call_form_step"),
    path("calls/<slug:key>/questions/step/<slug:step>/remove/", steps.remove_step, name="call_form_step_remove"),
    path("calls/<slug:key>/questions/question/<slug:question>/", questions.question, name="call_form_question"),
    path(
        "calls/<slug:key>/questions/question/<slug:question>/remove/",
        questions.remove_question,
        name="call_form_question_remove",
    ),
    path("calls/<slug:key>/rules/", rules.rules, name="call_rules"),
    path("calls/<slug:key>/rules/test/", bench.bench, name="call_rules_bench"),
    path("calls/<slug:key>/rules/versions/", histories.rules_history, name="call_rules_history"),
    path("calls/<slug:key>/rules/for/<slug:part>/new/", rules.new_rule, name="call_rule_new"),
    path("calls/<slug:key>/rules/for/<slug:part>/<slug:rule>/", rules.rule, name="call_rule"),
    path("calls/<slug:key>/rules/for/<slug:part>/<slug:rule>/remove/", rules.remove_rule, name="call_rule_remove"),
    path("calls/", include(RecordPages(CALL).urls())),
]
