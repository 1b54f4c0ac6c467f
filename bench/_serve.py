"""Start one of the product's web servers, as the product starts it, with the bench's application."""

from __future__ import annotations

import os
import sys

from tessera.commands import servers

if __name__ == "__main__":
    name, port, workers, threads = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench._settings"
    import django

    django.setup()
    servers.APPLICATION = "bench._wsgi:application"
    sys.exit(
        servers.serve(
            host="127.0.0.1", port=int(port), workers=int(workers), threads=int(threads), server=name, quiet=True
        )
    )
