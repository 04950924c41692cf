"""How a value shows itself in a notebook: what renders a kind of value registers here, so that values know no renderer."""

from __future__ import annotations

import html
from functools import singledispatch


@singledispatch
def notebook_html(value: object) -> str:
    """A value as a part of a page: its text, unless a renderer has registered for its type (explain/report/html.py has)."""
    return f"<pre>{html.escape(str(value))}</pre>"
