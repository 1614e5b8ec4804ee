import requests

print(requests.get("http://appliance.example/status", timeout=5).text)
