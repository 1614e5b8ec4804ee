INSTALLED_APPS = ["wagtail"]
