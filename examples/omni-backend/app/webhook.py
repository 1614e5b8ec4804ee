"""Tells the customer's own service that something happened (httpx)."""

import httpx
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from app.settings import settings

router = APIRouter(prefix="/api", tags=["webhook"])


class Event(BaseModel):
    kind: str = Field(max_length=100)
    detail: dict[str, str] = {}


@router.post("/notify", status_code=202)
async def notify(event: Event) -> dict[str, int]:
    url = settings().webhook_url
    if url is None:
        raise HTTPException(503, "no webhook is configured (OMNI_WEBHOOK_URL)")
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            response = await client.post(url, json=event.model_dump())
    except httpx.HTTPError as error:
        raise HTTPException(502, "the webhook does not answer") from error
    return {"status": response.status_code}
