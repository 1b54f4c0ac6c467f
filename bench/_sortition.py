"""Run with the Python of an environment that has sortition-algorithms: a problem as JSON in, seconds and minimum out."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter


def main() -> None:
    from sortition_algorithms import features, people, settings, utils
    from sortition_algorithms.committee_generation import find_distribution_maximin

    told = json.load(sys.stdin)
    rows = [{"feature": f, "value": v, "min": str(low), "max": str(high)} for f, v, low, high in told["quotas"]]
    quotas, _feature, _value = features.read_in_features(["feature", "value", "min", "max"], rows)
    names = sorted({row["feature"] for row in rows})
    chosen = settings.Settings(id_column="id", columns_to_keep=[])
    pool, _report = people.read_in_people(["id", *names], told["people"], quotas, chosen)
    utils.set_random_provider(told["seed"])
    started = time.perf_counter()
    panels, weights, _report = find_distribution_maximin(quotas, pool, told["k"], [])
    seconds = time.perf_counter() - started
    chance: Counter[str] = Counter()
    for panel, weight in zip(panels, weights, strict=True):
        for one in panel:
            chance[one] += weight
    lowest = min(chance[one["id"]] for one in told["people"] if chance[one["id"]] > 1e-9)
    print(json.dumps({"seconds": seconds, "minimum": lowest}))


if __name__ == "__main__":
    main()
