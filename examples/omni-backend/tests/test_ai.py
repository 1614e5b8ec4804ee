import io

import pytest
from PIL import Image


def picture(size=(40, 20), kind="PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(content, kind)
    return content.getvalue()


def test_embed_gives_unit_vectors_that_depend_on_the_text(client):
    texts = ["the red car", "the red car", "a quite different sentence about tea"]
    body = client.post("/api/ai/embed", json={"texts": texts}).json()
    one, same, other = body["vectors"]
    assert len(one) == body["width"] == 32
    assert sum(x * x for x in one) == pytest.approx(1, abs=1e-4)
    assert one == pytest.approx(same, abs=1e-5)
    assert one != pytest.approx(other, abs=1e-3)


def test_embed_does_not_mind_its_neighbours(client):
    alone = client.post("/api/ai/embed", json={"texts": ["tea"]}).json()["vectors"][0]
    beside = client.post("/api/ai/embed", json={"texts": ["tea", "a much longer text than tea"]})
    assert beside.json()["vectors"][0] == pytest.approx(alone, abs=1e-4)


def test_embed_refuses_too_many_texts(client):
    assert client.post("/api/ai/embed", json={"texts": ["x"] * 33}).status_code == 413
    assert client.post("/api/ai/embed", json={"texts": []}).status_code == 422


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_classify_image_ranks_its_labels(client, kind):
    answer = client.post("/api/ai/classify-image", files={"file": ("a", picture(kind=kind))})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    chances = [label["probability"] for label in body["labels"]]
    assert (body["width"], body["height"]) == (40, 20)
    assert sum(chances) == pytest.approx(1, abs=1e-4)
    assert chances == sorted(chances, reverse=True)


def test_classify_image_refuses_what_is_no_image(client):
    assert client.post("/api/ai/classify-image", files={"file": ("a", b"no image")}).status_code == 415


def test_generate_is_repeatable(client):
    request = {"prompt": "Once upon a time", "length": 12, "seed": 3}
    first = client.post("/api/ai/generate", json=request)
    assert first.status_code == 200, first.text
    assert len(first.json()["text"]) == 12
    assert client.post("/api/ai/generate", json=request).json() == first.json()
    assert client.post("/api/ai/generate", json={**request, "seed": 4}).json() != first.json()


def test_generate_bounds_its_length(client):
    assert client.post("/api/ai/generate", json={"prompt": "x", "length": 5000}).status_code == 422
