"""Why an application cannot be begun, written, withdrawn or taken up: each says to its writer what is the case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from tessera.applications.models import Application
from tessera.core.errors import DomainError


class NotOpen(DomainError):
    message = gettext_lazy("This call is not open for applications.")


class NoSuchStrand(DomainError):
    message = gettext_lazy("Choose what you apply for.")


class NotWritable(DomainError):
    message = gettext_lazy("This application cannot be changed any more: it is “%(status)s”.")


class TooLate(DomainError):
    message = gettext_lazy("The deadline is over. What you wrote before it is kept and can be read.")


class CalledOff(TooLate):
    """The training was cancelled, whatever the dates of its call are."""

    message = gettext_lazy("The training was called off: nobody can apply any more. What was written is kept.")


class TrainingOver(DomainError):
    message = gettext_lazy("The training is over or was called off. What you answered is kept and can be read.")


class AskedLater(DomainError):
    message = gettext_lazy(
        "“%(question)s” is asked of those selected, once they have accepted the place. Nothing was saved."
    )


class AskedBefore(DomainError):
    message = gettext_lazy(
        "“%(question)s” belongs to what you submitted, which cannot be changed any more. Nothing was saved."
    )


class SisterApplication(DomainError):
    """``application`` is the one that exists; one person applies to one of several sister calls."""

    message = gettext_lazy("You have an application to “%(call)s” already, and may apply to one of these calls only.")

    def __init__(self, application: Application) -> None:
        self.application = application
        super().__init__(call=str(application.call))


class AnotherApplication(DomainError):
    message = gettext_lazy(
        "Nothing was saved: this page is one of another application, and somebody else has signed in on this device since."
    )


class CannotWithdraw(DomainError):
    message = gettext_lazy(
        "This application cannot be withdrawn any more: it is “%(status)s”, and takes no further part in the selection."
    )


class PlaceTaken(CannotWithdraw):
    message = gettext_lazy(
        "You have accepted the place, and this application cannot be withdrawn any more. "
        "If you cannot come, write to the programme office at once."
    )


class CannotTakeUp(DomainError):
    message = gettext_lazy("This application cannot be taken up again: it is “%(status)s”.")
