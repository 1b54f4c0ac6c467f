"""Addresses of planning on the desk."""

from django.urls import path

from tessera.planning.views import proposals, roster, scenarios

app_name = "planning"
urlpatterns = [
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/new/", proposals.new, name="proposal_new"),
    path("proposals/<slug:code>/", proposals.proposal, name="proposal"),
    path("proposals/<slug:code>/accept/", proposals.accept, name="proposal_accept"),
    path("proposals/<slug:code>/decline/", proposals.decline, name="proposal_decline"),
    path("proposals/<slug:code>/training/", proposals.make_training, name="proposal_training"),
    path("trainers/", roster.roster, name="roster"),
    path("trainers/add/", roster.add, name="trainer_add"),
    path("trainers/<slug:slug>/", roster.trainer, name="trainer"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/new/", scenarios.new, name="scenario_new"),
    path("scenarios/compare/", scenarios.compare, name="compare"),
    path("scenarios/<slug:code>/", scenarios.scenario, name="scenario"),
    path("scenarios/<slug:code>/problem.json", scenarios.problem, name="scenario_problem"),
    path("scenarios/<slug:code>/cancel/", scenarios.cancel, name="scenario_cancel"),
    path("scenarios/<slug:code>/lines/<int:number>/accept/", scenarios.accept, name="line_accept"),
    path("scenarios/<slug:code>/lines/<int:number>/undo/", scenarios.undo, name="line_undo"),
]
