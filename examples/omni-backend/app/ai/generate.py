"""Text from a prompt, letter by letter, by a tiny recurrent network (keras on tensorflow, and numpy)."""

from functools import lru_cache

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.lazily import lazily

router = APIRouter()

LETTERS = "abcdefghijklmnopqrstuvwxyz ,.\n"
CONTEXT = 16


class GenerateRequest(BaseModel):
    prompt: str = Field(max_length=2000)
    length: int = Field(default=40, ge=1, le=200)
    temperature: float = Field(default=1.0, gt=0, le=5)
    seed: int = 0


class GenerateResponse(BaseModel):
    text: str


@lru_cache(maxsize=1)
def network():
    (keras,) = lazily("keras")
    keras.utils.set_random_seed(13)
    inputs = keras.Input(shape=(CONTEXT,), dtype="int32")
    hidden = keras.layers.Embedding(len(LETTERS), 16)(inputs)
    hidden = keras.layers.GRU(32)(hidden)
    return keras.Model(inputs, keras.layers.Dense(len(LETTERS))(hidden))


def context_of(text: str) -> list[int]:
    known = [LETTERS.index(letter) for letter in text.lower() if letter in LETTERS][-CONTEXT:]
    return [LETTERS.index(" ")] * (CONTEXT - len(known)) + known


@router.post("/generate")
def generate(request: GenerateRequest) -> GenerateResponse:
    numpy, tensorflow = lazily("numpy", "tensorflow")
    model = network()
    random = numpy.random.default_rng(request.seed)
    context = context_of(request.prompt)
    letters: list[str] = []
    for _ in range(request.length):
        scores = model(tensorflow.constant([context], dtype="int32"))[0] / request.temperature
        chances = tensorflow.nn.softmax(scores).numpy().astype("float64")
        chosen = int(random.choice(len(LETTERS), p=chances / chances.sum()))
        letters.append(LETTERS[chosen])
        context = context[1:] + [chosen]
    return GenerateResponse(text="".join(letters))
