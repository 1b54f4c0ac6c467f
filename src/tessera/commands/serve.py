"""``tessera serve``: the web server alone."""

from __future__ import annotations

import argparse
from typing import Any

from tessera.commands import servers, site
from tessera.commands.arguments import port_number, positive
from tessera.commands.preparation import prepare_static_files


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="answer web requests",
        description="Start the web server in the foreground. Ends on SIGTERM or Ctrl-C once requests are answered.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port_number, help="port to listen on (default: PORT, or 8000)")
    parser.add_argument("--workers", type=positive, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--threads", type=positive, default=4, help="threads of each process (default: %(default)s)")
    parser.add_argument("--server", choices=servers.SERVERS, default=servers.CHOSEN, help=argparse.SUPPRESS)
    parser.add_argument("--quiet", action="store_true", help="log warnings and errors only")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start(arguments.port)
    from django.conf import settings

    port = settings.PORT
    servers.require_free(arguments.host, port)
    prepare_static_files()
    return servers.serve(
        host=arguments.host,
        port=port,
        workers=arguments.workers,
        threads=arguments.threads,
        server=arguments.server,
        quiet=arguments.quiet,
    )
