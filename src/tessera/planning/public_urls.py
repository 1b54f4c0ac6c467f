"""Public addresses of planning: proposing a training."""

from django.urls import path

from tessera.planning.views import propose

app_name = "propose"
urlpatterns = [
    path("", propose.propose, name="form"),
    path("sent/", propose.sent, name="sent"),
    path("confirm/<str:token>/", propose.confirm, name="confirm"),
    path("mine/<str:token>/", propose.mine, name="mine"),
]
