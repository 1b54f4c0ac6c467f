"""``python -m tessera.commands`` is the ``tessera`` command."""

import sys

from tessera.commands import main

sys.exit(main())
