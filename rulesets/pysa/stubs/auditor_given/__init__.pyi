from typing import Any

class _Given:
    GET: Any
    POST: Any
    FILES: Any
    COOKIES: Any
    query_params: Any
    data: Any

given: _Given

def answer(*args: Any, **kwargs: Any) -> Any: ...
