"""Whether a change of the rules can shut out somebody who met them before: for calls that are open.

It errs on the safe side: what it lets pass shuts nobody out, while a change that it refuses may still be harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tessera.calls.eligibility.kinds.case import World
from tessera.calls.eligibility.model import TO_SET, Rule
from tessera.calls.eligibility.reading import PARAMS
from tessera.calls.questions.model import LEVELS

type Looser = Callable[[Any, Any], bool]  # (before, after), None: not there


def shutting_out(before: Iterable[Rule], rule: Rule, path: str = "") -> Iterator[str]:
    """The places in ``rule``, from ``path`` on, that may shut out somebody who met every rule of ``before``."""
    known = tuple(before)
    if any(implies(old, rule) for old in known):
        return
    if rule.kind == "all_of":
        for n, part in enumerate(rule.rules):
            yield from shutting_out(known, part, f"{path}.rules[{n}]")
    else:
        yield f"{path}.rules" if rule.kind == "any_of" else f"{path}.params"


def implies(old: Rule, new: Rule) -> bool:
    """Whether nobody fares worse under ``new``: "all of" is as bad as its worst member, "any of" as good as its best."""
    if new.kind == "all_of":
        return all(implies(old, part) for part in new.rules)
    if old.kind == "any_of":
        return all(implies(part, new) for part in old.rules)
    if new.kind == "any_of" and any(implies(old, part) for part in new.rules):
        return True
    if old.kind == "all_of":
        return any(implies(part, new) for part in old.rules)
    return old.kind == new.kind and _is_looser(old.kind, old.params, new.params)


def _is_looser(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    if kind in _TOGETHER:
        return _TOGETHER[kind](old, new)
    return all(_DIRECTIONS[kind][name](old.get(name), new.get(name)) for name in _DIRECTIONS[kind])


def _same(old: Any, new: Any) -> bool:
    return bool(old == new)


def _lower(old: Any, new: Any) -> bool:
    """A least: lower, or none any more."""
    return new is None or (old is not None and new <= old)


def _higher(old: Any, new: Any) -> bool:
    """A most: higher, or none any more."""
    return new is None or (old is not None and new >= old)


def _more_allowed(old: Any, new: Any) -> bool:
    """How many are allowed: none where it is not said."""
    return (new or 0) >= (old or 0)


def _fewer(old: Any, new: Any) -> bool:
    """What is asked for or looked at: some of it, or nothing."""
    return set(new or ()) <= set(old or ())


def _more(old: Any, new: Any) -> bool:
    """What is let in: all of it, and others."""
    return set(new or ()) >= set(old or ())


def _some_of(old: Any, new: Any) -> bool:
    """Years of dues: without any the rule says something else."""
    return bool(old) == bool(new) and _fewer(old, new)


def _switched_on(old: Any, new: Any) -> bool:
    return bool(new) or not old


def _later(old: Any, new: Any) -> bool:
    """The last day of something that is let pass, or the day up to which years are counted."""
    if TO_SET in (old, new):
        return bool(old == new)
    return old is None or (new is not None and new >= old)


def _lower_level(old: Any, new: Any) -> bool:
    return new is None or (old is not None and LEVELS.index(new) <= LEVELS.index(old))


def _more_countries(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """By the countries that lists, areas and regions stand for; categories are those of one table."""
    named = ("countries", "areas", "regions", "region_countries")
    world = World()
    before, after = (
        world.admitted({name: value for name, value in params.items() if name in named}) for params in (old, new)
    )
    return before <= after and (
        "table" not in old
        or (old["table"] == new.get("table") and set(old["categories"]) <= set(new.get("categories", ())))
    )


def _fewer_certificates(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whoever holds as many of the one list as were needed holds enough of the other."""
    listed, wanted = set(old["certificates"]), set(new["certificates"])
    held, needed = (params.get("at_least", len(params["certificates"])) for params in (old, new))
    return bool(held - len(listed - wanted) >= needed)


# For each setting of each kind in which way a change lets everybody pass who passed before.
_DIRECTIONS: Mapping[str, Mapping[str, Looser]] = {
    "age_at": {"on": _same, "min": _lower, "max": _higher},
    "membership": {"years": _some_of, "or_new_member": _switched_on, "or_commits_by": _later},
    "post_level": {"levels": _more},
    "employer_kind": {"kinds": _more},
    "nationality": {"flagged": _fewer},
    "language_level": {"language": _same, "spoken": _lower_level, "written": _lower_level},
    "experience": {"min": _lower, "max": _higher},
    "grant_pause": {"years": _lower, "on": _later},
    "sister_call": {"calls": _fewer, "most": _more_allowed},
    "team": {"functions": _fewer, "min": _lower, "max": _higher},
    "endorsement": {"channel": _same, "fallback": _switched_on},
    "prior_participation": {"last": _lower, "most": _more_allowed},
    "by_person": {},
}
_TOGETHER: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = {
    "country_of_work": _more_countries,
    "certificate": _fewer_certificates,
}


def undeclared() -> list[str]:
    """Settings of which no direction is declared: a new one needs its line above."""
    return [
        f"{kind}.{name.rstrip('*')}"
        for kind, names in PARAMS.items()
        for name in names
        if kind not in _TOGETHER and name.rstrip("*") not in _DIRECTIONS[kind]
    ]
