from typing import Any

class Message:
    text: str
    caption: str

class Update:
    message: Message
    effective_message: Message
