import importlib

import pytest


def test_a_signature_holds_for_its_message_alone(client):
    signed = client.post("/api/crypto/sign", json={"message": "pay 10"}).json()
    assert client.post("/api/crypto/verify", json={**signed, "message": "pay 10"}).json() == {"valid": True}
    assert client.post("/api/crypto/verify", json={**signed, "message": "pay 99"}).json() == {"valid": False}


def test_verify_refuses_what_is_not_base64(client):
    broken = {"signature": "???", "public_key": "???", "message": "x"}
    assert client.post("/api/crypto/verify", json=broken).status_code == 422


def test_the_graph_says_that_it_is_not_configured(client):
    assert client.get("/api/graph/related", params={"name": "tea"}).status_code == 503


def test_the_graph_library_can_be_imported():
    assert importlib.import_module("py2neo").Graph


def test_the_webhook_says_that_it_is_not_configured(client):
    assert client.post("/api/notify", json={"kind": "done"}).status_code == 503


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_the_interface_is_described(client, path):
    assert client.get(path).status_code == 200
