from typing import Any

class Message:
    content: str
