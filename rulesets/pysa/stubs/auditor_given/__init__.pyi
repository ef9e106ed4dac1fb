from typing import Any

class _Given:
    GET: Any
    POST: Any
    FILES: Any
    COOKIES: Any
    args: Any
    arguments: Any
    body: Any
    body_arguments: Any
    bounded_stream: Any
    cookies: Any
    data: Any
    files: Any
    form: Any
    forms: Any
    headers: Any
    json: Any
    match_info: Any
    media: Any
    params: Any
    path_params: Any
    query: Any
    query_arguments: Any
    query_params: Any
    rel_url: Any
    stream: Any
    text: Any
    def called(self, *args: Any, **kwargs: Any) -> Any: ...

given: _Given

def answer(*args: Any, **kwargs: Any) -> Any: ...
