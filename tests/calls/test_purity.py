"""The rules of calls need no database: they can be imported and asked before Django is set up."""

import subprocess
import sys

PROGRAM = """
import sys
from datetime import date
import tessera.calls.moments as moments, tessera.calls.questions, tessera.calls.eligibility, tessera.grants.reading
print(moments.default_deadline(date(2027, 3, 15)).closes_at.isoformat())
print(sorted(name for name in sys.modules if name.startswith("tessera.") and name.endswith(".models")))
"""


def test_the_rules_of_calls_import_no_models_and_need_no_settings():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.splitlines() == ["2027-03-16T12:00:00+00:00", "[]"]
