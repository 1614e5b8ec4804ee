import os
import re

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))

with open(os.path.join(HERE, "mailkit", "__init__.py")) as source:
    VERSION = re.search(r'__version__ = "([^"]+)"', source.read()).group(1)

REQUIRES = [
    "Jinja2>=3.0,<3.1.5",  # templates
    "PyYAML>=6.0",
]

setup(
    name="mailkit",
    version=VERSION,
    packages=find_packages(),
    python_requires=">=3.9",
    install_requires=REQUIRES,
    extras_require={
        "xml": ["lxml>=4.9,<6"],
        "test": ["pytest>=9.0.3"],
    },
)
