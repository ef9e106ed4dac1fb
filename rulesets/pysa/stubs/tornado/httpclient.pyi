from typing import Any

# the parameter is called `request` there, and takes a URL or a request
class AsyncHTTPClient:
    async def fetch(self, url: Any, raise_error: bool = ..., **kwargs: Any) -> Any: ...

class HTTPClient:
    def fetch(self, url: Any, **kwargs: Any) -> Any: ...

class HTTPRequest:
    def __init__(self, url: Any, method: str = ..., **kwargs: Any) -> None: ...
