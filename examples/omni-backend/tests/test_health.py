import subprocess
import sys


def test_health_answers(client):
    answer = client.get("/api/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert body["libraries"]["torch"] is not None


def test_starting_imports_nothing_heavy():
    heavy = "torch", "tensorflow", "transformers", "keras"
    code = f"import sys, app.main; print([name for name in {heavy!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
