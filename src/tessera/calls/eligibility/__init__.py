"""Who may apply: rules kept as data, and verdicts that say why. Pure: no models, the day is an argument."""

from tessera.calls.eligibility.checking import Difference, audience_differences, form_differences, reason_gaps
from tessera.calls.eligibility.judging import blocking, for_person, is_eligible, judge, priorities
from tessera.calls.eligibility.kinds import World, age_on
from tessera.calls.eligibility.model import Language, Outcome, Profile, Rule, Verdict
from tessera.calls.eligibility.profiles import option_names, profile, usual_option_names
from tessera.calls.eligibility.reading import KINDS, facts_of, read_rules, to_document

__all__ = [
    "KINDS",
    "Difference",
    "Language",
    "Outcome",
    "Profile",
    "Rule",
    "Verdict",
    "World",
    "age_on",
    "audience_differences",
    "blocking",
    "facts_of",
    "for_person",
    "form_differences",
    "is_eligible",
    "judge",
    "option_names",
    "priorities",
    "profile",
    "read_rules",
    "reason_gaps",
    "to_document",
    "usual_option_names",
]
