"""The version of Priorlog, for what says by which it was made."""

from __future__ import annotations


def installed_version() -> str:
    """The version of Priorlog that is installed, or that none is."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("priorlog")
    except PackageNotFoundError:
        return "(not installed)"
