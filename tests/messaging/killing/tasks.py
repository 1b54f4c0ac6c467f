"""Tasks of the tests."""

import os
import time
from pathlib import Path

from django.tasks import task


@task
def write_slowly(path: str) -> str:
    """Say who begins, take a while, say that it is done."""
    with Path(path).open("a") as file:
        file.write(f"begin {os.getpid()}\n")
        file.flush()
        time.sleep(2)
        file.write("end\n")
    return "done"


@task
def fail_until(path: str, times: int) -> int:
    """Fail the first ``times`` times."""
    file = Path(path)
    count = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(count))
    if count <= times:
        msg = f"attempt {count}"
        raise ValueError(msg)
    return count
