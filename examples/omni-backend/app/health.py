"""Whether the service is up, and what it has on board. Imports nothing heavy."""

import time
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["health"])
started = time.monotonic()

LIBRARIES = ("tensorflow", "torch", "torchvision", "transformers", "keras", "numpy", "py2neo")


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@router.get("/health")
def health() -> dict:
    return {
        "status": "ok",
        "uptime_seconds": round(time.monotonic() - started, 3),
        "libraries": {name: installed(name) for name in LIBRARIES},
    }
