"""What ``migrate``, ``backup`` and ``restore`` report to programs."""

import json

from tests.own_site import tessera


def test_migrate_backup_and_restore_report_as_json(environment, tmp_path):
    def told(*arguments):
        done = tessera(environment, *arguments, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    file = tmp_path / "kept.tar.gz"
    first = told("migrate")
    assert (first["ok"], first["migrations"] > 0) == (True, True)
    assert told("migrate") == {"ok": True, "migrations": 0}

    vendor = "postgresql" if "TESSERA_DATABASE_URL" in environment else "sqlite"
    written = told("backup", str(file))
    assert written == {"ok": True, "file": str(file), "bytes": file.stat().st_size, "database": vendor}
    assert told("restore", str(file), "--replace") == {"ok": True, "file": str(file), "migrations": 0}
