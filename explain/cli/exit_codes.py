"""The exit codes of the command line."""

from __future__ import annotations

ANSWERED, ERRORS = 0, 1
"""Answered, also when the answer is no; a program or case has errors. Wrong usage is 2, as argparse has it."""
