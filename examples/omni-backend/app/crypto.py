"""Signatures by a key that lives as long as the process (cryptography)."""

import base64
import binascii
from functools import lru_cache

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from app.lazily import lazily

router = APIRouter(prefix="/api/crypto", tags=["crypto"])


class SignRequest(BaseModel):
    message: str


class SignResponse(BaseModel):
    signature: str
    public_key: str


class VerifyRequest(SignResponse):
    message: str


@lru_cache(maxsize=1)
def private_key():
    (ed25519,) = lazily("cryptography.hazmat.primitives.asymmetric.ed25519")
    return ed25519.Ed25519PrivateKey.generate()


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise HTTPException(422, "not base64") from error


@router.post("/sign")
def sign(request: SignRequest) -> SignResponse:
    key = private_key()
    (serialization,) = lazily("cryptography.hazmat.primitives.serialization")
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    signature = key.sign(request.message.encode())
    return SignResponse(
        signature=base64.b64encode(signature).decode(), public_key=base64.b64encode(public).decode()
    )


@router.post("/verify")
def verify(request: VerifyRequest) -> dict[str, bool]:
    ed25519, exceptions = lazily(
        "cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.exceptions"
    )
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(decoded(request.public_key))
        key.verify(decoded(request.signature), request.message.encode())
    except (exceptions.InvalidSignature, ValueError):
        return {"valid": False}
    return {"valid": True}
