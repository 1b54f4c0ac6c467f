"""A small crowd hands in while server and worker are killed with -9: what was acknowledged is there, receipts are sent."""

import json
import subprocess
import sys

import pytest

from tests.own_site import ROOT, own_environment


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_server_and_worker_are_killed_among_applicants(tmp_path):
    command = [sys.executable, str(ROOT / "bench" / "_spike.py"), "--json", "--only", "kill"]
    with own_environment(tmp_path / "data") as environment:
        done = subprocess.run(  # noqa: PLW1510  the figures say more than the exit status
            [*command, "--applicants", "12", "--seconds", "12", "--kills", "3"],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=400,
        )  # fmt: skip

    figures = {one["what"].partition("killed 3 times: ")[2]: one["measured"] for one in json.loads(done.stdout)}
    assert figures.pop("requests sent again") > 0  # the kills did hit
    figures.pop("files left by a kill, tidied")
    figures.pop("mails sent again under the same Message-ID")  # a kill may fall between sending and noting it
    assert figures == {
        "errors": 0,
        "acknowledged saves and submissions not found": 0,
        "acknowledged files not found, or with other bytes": 0,
        "files that no row names, and rows without their file": 0,
        "rows too many or too few": 0,
        "receipts not sent": 0,
        "mails under a Message-ID that is not in the outbox": 0,
    }
