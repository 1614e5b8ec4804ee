"""The application: uvicorn app.main:app"""

from fastapi import FastAPI

from app import crypto, graph, health, webhook
from app.ai import classify_image, embed, generate

app = FastAPI(title="Omni backend", version="1.0.0")

app.include_router(health.router)
for endpoint in (embed, classify_image, generate):
    app.include_router(endpoint.router, prefix="/api/ai", tags=["ai"])
app.include_router(crypto.router)
app.include_router(graph.router)
app.include_router(webhook.router)
