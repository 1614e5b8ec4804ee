"""Images to labels, by a tiny convolutional network (pillow, torch and torchvision)."""

import io
from functools import lru_cache

from fastapi import APIRouter, HTTPException, UploadFile
from pydantic import BaseModel

from app.lazily import lazily
from app.settings import settings

router = APIRouter()

LABELS = ("animal", "building", "document", "food", "landscape", "person", "product", "vehicle")
SIDE = 32


class Label(BaseModel):
    label: str
    probability: float


class ClassifyResponse(BaseModel):
    width: int
    height: int
    labels: list[Label]


@lru_cache(maxsize=1)
def network():
    torch, transforms = lazily("torch", "torchvision.transforms")
    torch.manual_seed(11)
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(4),
        torch.nn.Flatten(),
        torch.nn.Linear(8 * 4 * 4, len(LABELS)),
    )
    prepare = transforms.Compose(
        [
            transforms.Resize((SIDE, SIDE)),
            transforms.ToTensor(),
            transforms.Normalize(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5]),
        ]
    )
    return prepare, layers.eval()


def opened(content: bytes):
    (image_module,) = lazily("PIL.Image")
    try:
        image = image_module.open(io.BytesIO(content))
        return image.convert("RGB")
    except (image_module.UnidentifiedImageError, image_module.DecompressionBombError, OSError) as error:
        raise HTTPException(415, "this is not an image that can be read") from error


@router.post("/classify-image")
def classify_image(file: UploadFile) -> ClassifyResponse:
    content = file.file.read(settings().max_upload_bytes + 1)
    if len(content) > settings().max_upload_bytes:
        raise HTTPException(413, f"at most {settings().max_upload_bytes} bytes")
    image = opened(content)
    (torch,) = lazily("torch")
    prepare, layers = network()
    with torch.inference_mode():
        probabilities = layers(prepare(image).unsqueeze(0)).softmax(dim=1)[0].tolist()
    labels = [Label(label=label, probability=p) for label, p in zip(LABELS, probabilities)]
    labels.sort(key=lambda one: one.probability, reverse=True)
    return ClassifyResponse(width=image.width, height=image.height, labels=labels)
