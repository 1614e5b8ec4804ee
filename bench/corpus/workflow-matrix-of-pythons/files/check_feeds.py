import aiohttp
from lxml import etree
