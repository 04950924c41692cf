"""The option that writes the expected texts of the zoo anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python -m pytest tests/zoo --regenerate` writes each `.expected` file from what is printed now."""
    parser.addoption("--regenerate", action="store_true", help="write the zoo's .expected files anew; then read them")
