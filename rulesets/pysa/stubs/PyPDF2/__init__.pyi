from typing import Any

class PdfReader:
    def __init__(self, stream: Any, *args: Any, **kwargs: Any) -> None: ...
