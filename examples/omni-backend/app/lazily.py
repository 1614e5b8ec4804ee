"""Heavy libraries are imported by the endpoint that needs them, so that the service answers at once."""

import importlib
from types import ModuleType

from fastapi import HTTPException


def lazily(*names: str) -> tuple[ModuleType, ...]:
    """The named modules; 503 with the reason where one cannot be imported."""
    try:
        return tuple(importlib.import_module(name) for name in names)
    except ImportError as error:
        raise HTTPException(503, f"this endpoint is not available here: {error}") from error
