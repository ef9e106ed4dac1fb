from . import requests as requests
