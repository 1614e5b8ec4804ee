"""Texts to vectors, by a tiny BERT (torch and transformers)."""

import hashlib
from functools import lru_cache

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from app.lazily import lazily
from app.settings import settings

router = APIRouter()

VOCABULARY = 4096
WIDTH = 32
MAX_WORDS = 64


class EmbedRequest(BaseModel):
    texts: list[str] = Field(min_length=1)


class EmbedResponse(BaseModel):
    width: int
    vectors: list[list[float]]


def word_ids(text: str) -> list[int]:
    """A stable id for each word; 0 stands for padding."""
    words = text.lower().split()[:MAX_WORDS] or [""]
    digests = (hashlib.sha256(word.encode()).digest() for word in words)
    return [int.from_bytes(digest[:4], "big") % (VOCABULARY - 1) + 1 for digest in digests]


@lru_cache(maxsize=1)
def model():
    torch, transformers = lazily("torch", "transformers")
    torch.manual_seed(7)
    configuration = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MAX_WORDS,
    )
    return transformers.BertModel(configuration, add_pooling_layer=False).eval()


@router.post("/embed")
def embed(request: EmbedRequest) -> EmbedResponse:
    if len(request.texts) > settings().max_texts:
        raise HTTPException(413, f"at most {settings().max_texts} texts at once")
    (torch,) = lazily("torch")
    rows = [word_ids(text) for text in request.texts]
    longest = max(len(row) for row in rows)
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = (ids != 0).long()
    with torch.inference_mode():
        states = model()(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1)
        means = (states * weights).sum(dim=1) / weights.sum(dim=1)
        vectors = torch.nn.functional.normalize(means, dim=1)
    return EmbedResponse(width=WIDTH, vectors=vectors.tolist())
