"""Explainable rules for drug prior-authorization policies: the documented interface, which `explain/api` has."""

from explain import api
from explain.api import *  # noqa: F403 # what it exports, this does

__doc__ = api.__doc__
__all__ = [*api.__all__]
