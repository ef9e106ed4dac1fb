from typing import Any

from langchain_core.language_models import BaseChatModel

class ChatOpenAI(BaseChatModel):
    def __init__(self, *, base_url: Any = ..., openai_api_base: Any = ..., **kwargs: Any) -> None: ...
class AzureChatOpenAI(BaseChatModel): ...
