"""Addresses of requests: by link for whoever was asked, by account for applicants and hosts."""

from django.urls import path

from tessera.applications.views import keeping, requests

app_name = "requests"
urlpatterns = [
    path("new/", requests.new_link, name="new_link"),
    path("sent/", requests.sent, name="sent"),
    path("thanks/", requests.thanks, name="thanks"),
    path("country/", requests.country, name="country"),
    path("country/<int:pk>/", requests.endorse, name="endorse"),
    path("of/<str:number>/", requests.mine, name="mine"),
    path("of/<str:number>/kept/", keeping.mine, name="kept"),
    path("of/<str:number>/ask/<str:question>/", requests.ask, name="ask"),
    path("<str:token>/", requests.answer, name="answer"),
    path("<str:token>/files/<uuid:key>/", requests.document, name="document"),
]
