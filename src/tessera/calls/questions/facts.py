"""What the eligibility rules can learn from an answer, by name, and from which types of question."""

from __future__ import annotations

from collections.abc import Mapping

from tessera.calls.questions.model import Type

# "team" is read from the first column of choices in the rows; "dues_years" and "prior_editions" from option keys that are
# numbers; "earlier_grant" (yes or no) says that there was none, "earlier_grant_on" when the last one was.
FACTS: Mapping[str, tuple[Type, ...]] = {
    "birth_date": (Type.DATE,),
    "country_of_work": (Type.COUNTRY,),
    "nationality": (Type.COUNTRY, Type.COUNTRIES),
    "city": (Type.SHORT_TEXT, Type.CHOICE),
    "membership": (Type.CHOICE,),
    "dues_years": (Type.CHOICES,),
    "post_level": (Type.CHOICE,),
    "employer_kind": (Type.CHOICE,),
    "languages": (Type.LANGUAGE_TABLE,),
    "years_of_experience": (Type.NUMBER,),
    "earlier_grant": (Type.CHOICE,),
    "earlier_grant_on": (Type.DATE,),
    "certificates": (Type.CHOICES,),
    "prior_editions": (Type.CHOICES,),
    "team": (Type.ROWS,),
}

# Keys that the rules know by name: a question that gives the fact offers no others.
FACT_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "membership": ("member", "new_member", "will_join", "none"),
    "earlier_grant": ("yes", "no"),
}
# Whoever learns one of these, or reads an address or a signature, learns who the applicant is.
IDENTITY_FACTS = ("birth_date", "nationality", "earlier_grant", "earlier_grant_on")
IDENTITY_TYPES = (Type.EMAIL, Type.PHONE, Type.SIGNATURE)
