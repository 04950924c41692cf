"""`python -m explain.cli` is the `priorlog` command."""

import sys

from explain.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
