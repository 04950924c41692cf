"""Pages as PDF, by WeasyPrint: the extra `pdf`. Nothing is fetched for it: a page holds everything that it shows."""

from __future__ import annotations

import io
import logging
from typing import NoReturn

INSTALL = "a PDF needs WeasyPrint; it comes with `pip install 'priorlog[pdf]'`"
LIBRARIES = (
    "a PDF needs WeasyPrint, which does not find the libraries of the system that it needs, Pango among them; beside "
    "`pip install 'priorlog[pdf]'`, these are installed by the system (Debian: `apt install libpango-1.0-0 libpangoft2-1.0-0`)"
)


def pdf_of(page: str) -> bytes:
    """A page as PDF. Raises `ImportError`, which says what to install, where WeasyPrint or what it needs is not there."""
    try:
        from weasyprint import HTML, urls
    except ModuleNotFoundError as error:
        raise ImportError(f"{INSTALL} ({error})") from None
    except OSError:
        raise ImportError(LIBRARIES) from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    out = io.BytesIO()
    fetcher = urls.URLFetcher(allowed_protocols=()) if hasattr(urls, "URLFetcher") else _nothing  # since version 68
    HTML(string=page, url_fetcher=fetcher).write_pdf(out)
    return out.getvalue()


def _nothing(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"a page fetches nothing, and not {url}")
