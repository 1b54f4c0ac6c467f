"""Rules from a file, for the commands that choose people: keys into the solver's quotas, caps and shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, meant, nearest
from tessera.commands.tables.reading import Table, folded
from tessera.commands.tables.rules import Keys, from_to

if TYPE_CHECKING:
    from tessera.solvers.cohort.model import Budget, Cap, Condition, Pool, Quota, Rules, Share

SCORE_MOST = 10**7  # milli-points, as the solver has it
COST_MOST = 10**9  # cents
COUNT_MOST = 10**6


@dataclass(frozen=True, slots=True)
class LotteryTerms:
    """How a lottery is to be drawn: ``band`` in milli-points below the best cohort, None for every cohort."""

    band: int | None = 0
    objective: str = "leximin"


@dataclass(frozen=True, slots=True)
class CohortTask:
    """Everything that the files say, and what a person should know about them (``notes``)."""

    pool: Pool
    rules: Rules
    seats: int
    seed: str
    reserve: int
    cover: int
    lottery: LotteryTerms
    names: dict[str, str]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Found:
    rules: Rules
    seats: int
    seed: str
    reserve: int
    cover: int
    lottery: LotteryTerms


class RulesReader:
    """Turns keys into the solver's rules, with the features that the table has."""

    def __init__(self, table: Table | None, keys: Keys, faults: Faults) -> None:
        self._keys = keys
        self._faults = faults
        self._features = {folded(name): name for name in table.others} if table is not None else None
        self._ids = {row["id"] for row in table} if table is not None else None
        self._values: dict[str, set[str]] = {}
        if table is not None:
            for name in table.others:
                self._values[name] = {row[name] for row in table if row[name] is not None}
        self._file = table.file if table is not None else ""
        self._notes: list[str] = []
        self._used: dict[str, None] = {}

    def read(self, seats: int | None) -> Found | None:
        from tessera.solvers.cohort.model import DataFault, Rules

        keys = self._keys
        found = keys.get("seats", kinds.whole(1, COUNT_MOST), seats, needed=seats is None)
        seed = keys.get("seed", kinds.text, "")
        lowest = keys.get("score_at_least", kinds.milli(-SCORE_MOST, SCORE_MOST))
        quotas = (*self._short_quotas(), *(self._quota(one) for one in keys.tables("quota")))
        shares = tuple(self._share(one) for one in keys.tables("share"))
        caps = tuple(self._cap(one) for one in keys.tables("cap"))
        budget = self._budget()
        include, exclude = self._pins("include"), self._pins("exclude")
        reserve, cover = self._reserve()
        lottery = self._lottery()
        keys.done()
        if self._faults.found:
            return None
        self._once([one.name for one in (*quotas, *shares, *caps) if one is not None])
        if self._faults.found:
            return None
        try:
            rules = Rules(
                tuple(one for one in quotas if one is not None),
                tuple(one for one in shares if one is not None),
                tuple(one for one in caps if one is not None),
                budget,
                include,
                exclude,
                lowest,
            )
        except DataFault as fault:
            for one in fault.faults:
                keys.fault(f"{one.subject}: {one.field} cannot be used ({one.code} {one.found}).")
            return None
        return Found(rules, seats or found, seed, reserve, cover, lottery)

    def task(self, table: Table, found: Found) -> CohortTask | None:
        from tessera.solvers.cohort.model import Applicant, Pool

        used = tuple(self._used)
        people = [
            Applicant(row["id"], row["score"], row["cost"], {name: row[name] for name in used if row[name] is not None})
            for row in table
        ]
        unused = [name for name in table.others if name not in self._used]
        if unused:
            self._notes.append(f"No rule looks at {_listed(unused)} in {table.file}.")
        for name in used:
            for value in sorted(filter(kinds.says_unknown, self._values[name])):
                self._notes.append(f"“{value}” under “{name}” is a value like any other; an empty cell is unknown.")
        unscored = sum(row["score"] is None for row in table)
        if unscored:
            self._notes.append(
                f"{unscored} of {len(table)} have no score: they are chosen only where a rule names them."
            )
        costless = sum(row["cost"] is None for row in table) if found.rules.budget is not None else 0
        if costless:
            self._notes.append(f"{costless} of {len(table)} have no cost: under a budget they are not chosen.")
        for one in sorted(found.rules.include):
            if found.rules.budget is not None and next(row["cost"] for row in table if row["id"] == one) is None:
                self._keys.fault(f"“{one}” is to be in and has no cost, but there is a budget.", "include")
        if not people:
            self._faults.add(table.file, "names nobody.")
        if self._faults.found:
            return None
        names = {row["id"]: row["name"] for row in table if row["name"]}
        return CohortTask(
            Pool(tuple(people)),
            found.rules,
            found.seats,
            found.seed,
            found.reserve,
            found.cover,
            found.lottery,
            names,
            tuple(self._notes),
        )

    def _short_quotas(self) -> Iterator[Quota | None]:
        """``[quotas.region]`` with ``AFR = "1-2"``."""
        from tessera.solvers.cohort.model import Is, Quota

        quotas = self._keys.table("quotas")
        for heading in quotas.names if quotas is not None else ():
            part = quotas.table(heading) if quotas is not None else None
            if part is None:
                continue
            feature = self._feature(part, heading)
            for value in part.names:
                least, most = part.get(value, from_to(0, COUNT_MOST), (None, None))
                if feature is not None and (least is not None or most is not None):
                    self._look_for(feature, (value,))
                    yield Quota(f"{heading} {value}", Is(feature, (value,)), least, most)
            part.done()

    def _quota(self, keys: Keys) -> Quota | None:
        from tessera.solvers.cohort.model import Quota

        when = self._condition(keys)
        least, most = self._limits(keys, COUNT_MOST)
        quota = Quota(
            self._name(keys, when),
            when if when is not None else _everyone(),
            least,
            most,
            self._weight(keys),
            keys.get("unknown_counts", kinds.yes_no, False),
            self._price(keys),
        )
        keys.done()
        return quota if when is not None else None

    def _share(self, keys: Keys) -> Share | None:
        from tessera.solvers.cohort.model import Share

        when = self._condition(keys)
        least, most = self._limits(keys, 100)
        of = keys.table("of")
        base = self._condition(of) if of is not None else None
        if of is not None:
            of.done()
        share = Share(
            self._name(keys, when),
            when if when is not None else _everyone(),
            least,
            most,
            base,
            self._weight(keys),
            self._price(keys),
        )
        keys.done()
        return share if when is not None else None

    def _cap(self, keys: Keys) -> Cap | None:
        from tessera.solvers.cohort.model import Cap

        heading = keys.get("feature", kinds.identifier, needed=True)
        feature = self._feature(keys, heading, "feature") if heading is not None else None
        but: dict[str, int] = {}
        others = keys.table("but")
        for value in others.names if others is not None else ():
            most = others.get(value, kinds.whole(0, COUNT_MOST)) if others is not None else None
            if most is not None:
                but[value] = most
        if feature is not None and but:
            self._look_for(feature, tuple(but))
        cap = Cap(
            keys.get("name", kinds.text, f"each {heading}"),
            feature or "",
            keys.get("at_most", kinds.whole(0, COUNT_MOST), 0, needed=True),
            but,
            self._weight(keys),
            keys.get("unknown_counts", kinds.yes_no, False),
            self._price(keys),
        )
        keys.done()
        return cap if feature is not None else None

    def _condition(self, keys: Keys) -> Condition | None:
        """``feature`` with ``value`` or ``values``; or ``any``, ``all`` (lists of conditions) or ``not`` (one)."""
        from tessera.solvers.cohort.model import AllOf, AnyOf, Is, Not

        heading = keys.get("feature", kinds.identifier)
        values = (*keys.several("value", kinds.text), *keys.several("values", kinds.text))
        inner = {name: keys.tables(name) for name in ("any", "all")}
        denied = keys.table("not")
        given = [name for name in ("feature", "any", "all", "not") if name in keys]
        if len(given) != 1:
            keys.fault(
                "one of “feature”, “any”, “all” or “not” says whom this is about."
                if not given
                else f"{_listed(given)} stand side by side; put them into “all” or “any”."
            )
            return None
        if heading is not None:
            feature = self._feature(keys, heading, "feature")
            if not values:
                keys.fault("there is no “value” (or “values”).")
            if feature is None or not values:
                return None
            self._look_for(feature, values)
            return Is(feature, values)
        parts: list[Condition] = []
        for one in (*inner["any"], *inner["all"], *((denied,) if denied is not None else ())):
            part = self._condition(one)
            one.done()
            if part is None:
                return None
            parts.append(part)
        if not parts:
            keys.fault("holds no condition.", given[0])
            return None
        if denied is not None:
            return Not(parts[0])
        return AnyOf(tuple(parts)) if "any" in keys else AllOf(tuple(parts))

    def _feature(self, keys: Keys, heading: str, key: str = "") -> str | None:
        if self._features is None:
            return heading
        feature = self._features.get(folded(heading))
        if feature is None:
            known = tuple(self._features.values())
            keys.fault(f"there is no column “{heading}” in {self._file}; {meant(heading, known)}", key)
            return None
        self._used.setdefault(feature)
        return feature

    def _look_for(self, feature: str, values: Sequence[str]) -> None:
        there = self._values.get(feature, set())
        for value in values:
            if value not in there and self._features is not None:
                close = nearest(value, sorted(there))
                end = f"; the nearest is “{close}”" if close is not None else ""
                self._notes.append(f"Nobody has “{value}” under “{feature}”{end}.")

    def _name(self, keys: Keys, when: Condition | None) -> str:
        from tessera.solvers.cohort.model import Is

        named = keys.get("name", kinds.text)
        if named is not None:
            return str(named)
        if isinstance(when, Is):
            return f"{when.feature} {' or '.join(when.values)}"
        if when is not None:
            keys.fault("there is no “name”.")
        return ""

    def _limits(self, keys: Keys, most: int) -> tuple[int | None, int | None]:
        number = kinds.whole(0, most)
        least, highest = keys.get("at_least", number), keys.get("at_most", number)
        if "at_least" not in keys and "at_most" not in keys:
            keys.fault("there is neither “at_least” nor “at_most”.")
        if least is not None and highest is not None and least > highest:
            keys.fault(f"at least {least} and at most {highest} cannot both be.", "at_least")
        return least, highest

    def _weight(self, keys: Keys) -> int | None:
        weight = keys.get("soft", kinds.whole(1, COUNT_MOST))
        return weight if weight is None else int(weight)

    def _price(self, keys: Keys) -> int:
        return int(keys.get("price", kinds.whole(1, COUNT_MOST), 1))

    def _budget(self) -> Budget | None:
        from tessera.solvers.cohort.model import Budget

        amount = kinds.money(COST_MOST * 1000)
        if self._keys.has_table("budget"):
            keys = self._keys.table("budget")
            if keys is None:
                return None
            most = keys.get("at_most", amount, needed=True)
            step = keys.get("step", kinds.money(COST_MOST, 1))
            price = self._price(keys)
            keys.done()
        else:
            most, step, price = self._keys.get("budget", amount), None, 1
        return None if most is None else Budget(most, step, price)

    def _pins(self, key: str) -> frozenset[str]:
        pins = self._keys.several(key, kinds.identifier)
        if self._ids is not None:
            for one in pins:
                if one not in self._ids:
                    close = nearest(one, sorted(self._ids))
                    end = f"; did you mean “{close}”?" if close is not None else "."
                    self._keys.fault(f"nobody has the id “{one}”{end}", key)
        return frozenset(pins)

    def _reserve(self) -> tuple[int, int]:
        size = kinds.whole(0, COUNT_MOST)
        if not self._keys.has_table("reserve"):
            return self._keys.get("reserve", size, 0), 2
        keys = self._keys.table("reserve")
        if keys is None:
            return 0, 2
        found = keys.get("size", size, 0, needed=True), keys.get("cover", kinds.whole(1, 100), 2)
        keys.done()
        return found

    def _lottery(self) -> LotteryTerms:
        keys = self._keys.table("lottery")
        if keys is None:
            return LotteryTerms()
        band: int | None
        try:
            any_cohort = kinds.one_of("any")(str(keys.get("band", kinds.text, "0"))) == "any"
        except kinds.NotSo:
            any_cohort = False
        band = None if any_cohort else keys.get("band", kinds.milli(0, SCORE_MOST), 0)
        objective = keys.get("objective", kinds.one_of("leximin", "maximin"), "leximin")
        keys.done()
        return LotteryTerms(band, objective)

    def _once(self, names: Sequence[str]) -> None:
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            self._keys.fault(f"two rules are called “{name}”: give each a name of its own.")


def _everyone() -> Condition:
    from tessera.solvers.cohort.model import EVERYONE

    return EVERYONE


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
