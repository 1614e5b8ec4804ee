"""Installs the shop."""
from setuptools import find_packages, setup

TESTS = ["parse==1.1"]

setup(
    name="shop",
    packages=find_packages(),
    python_requires=">=3.11",
    install_requires=[
        "web==1.0",  # the framework
        'core == 1.0',
    ],
    extras_require={"test": TESTS},
)
