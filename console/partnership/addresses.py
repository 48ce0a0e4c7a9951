"""Addresses of a partnership's pages, which keep the language that was asked for."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

from console.words import OURS


def kept(request: Request, **more: str) -> str:
    """A query that keeps the page's language where one was asked for, and says more."""
    asked = request.query_params.get("lang")
    said = more | ({"lang": asked} if asked in OURS else {})
    return f"?{urlencode(said)}" if said else ""
