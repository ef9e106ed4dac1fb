from typing import Any

class Article:
    text: str
    title: str
    def __init__(self, url: Any, *args: Any, **kwargs: Any) -> None: ...

def build(url: Any = ..., *args: Any, **kwargs: Any) -> Any: ...
