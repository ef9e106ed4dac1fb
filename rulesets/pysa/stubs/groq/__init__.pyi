from typing import Any

class Completions:
    def create(self, **kwargs: Any) -> Any: ...

class Chat:
    completions: Completions

class Groq:
    chat: Chat
    def __init__(self, **kwargs: Any) -> None: ...

class AsyncCompletions:
    async def create(self, **kwargs: Any) -> Any: ...

class AsyncChat:
    completions: AsyncCompletions

class AsyncGroq:
    chat: AsyncChat
    def __init__(self, **kwargs: Any) -> None: ...
