from typing import Any

class Completions:
    def create(self, **kwargs: Any) -> Any: ...

class Chat:
    completions: Completions

class OpenAI:
    chat: Chat
    completions: Completions
    responses: Completions
    messages: Completions
    def __init__(self, *, base_url: Any = ..., **kwargs: Any) -> None: ...

class AsyncCompletions:
    async def create(self, **kwargs: Any) -> Any: ...

class AsyncChat:
    completions: AsyncCompletions

class AsyncOpenAI:
    chat: AsyncChat
    completions: AsyncCompletions
    responses: AsyncCompletions
    messages: AsyncCompletions
    def __init__(self, *, base_url: Any = ..., **kwargs: Any) -> None: ...

class AzureOpenAI(OpenAI): ...
class Anthropic(OpenAI): ...
class AsyncAnthropic(AsyncOpenAI): ...
