"""`python -m explain.cli` is the `priorlog` command."""

import sys

from explain.cli.entry import main

sys.exit(main())
