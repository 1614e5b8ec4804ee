import jinja2
import requests
