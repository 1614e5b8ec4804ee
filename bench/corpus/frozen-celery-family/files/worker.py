from celery import Celery

app = Celery("worker", broker="redis://queue:6379/0")
