from typing import Any

class Completions:
    def create(self, **kwargs: Any) -> Any: ...

class Chat:
    completions: Completions

class ZhipuAI:
    chat: Chat
    def __init__(self, **kwargs: Any) -> None: ...
