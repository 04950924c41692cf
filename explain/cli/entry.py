"""Where the `priorlog` command starts: makes sure that its three packages come from one place, then runs it."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line; gives its exit code, 1 with a message if another `kb` or `engine` is in the way."""
    import engine
    import explain
    import kb

    homes = {module.__name__: _home(module.__file__) for module in (kb, engine, explain)}
    if len(set(homes.values())) > 1 or not hasattr(kb, "PRIORLOG"):
        print("priorlog: its packages do not come from one place:", file=sys.stderr)
        for name, home in homes.items():
            print(f"  {name}: {home}", file=sys.stderr)
        print(
            "another package named kb, engine or explain is in the way; use a virtual environment of its own",
            file=sys.stderr,
        )
        return 1
    from explain.cli.options import main as run

    return run()


def _home(file: str | None) -> str:
    from pathlib import Path

    return str(Path(file).resolve().parent.parent) if file else "nowhere"
