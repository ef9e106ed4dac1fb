from typing import Any

class StdioServerParameters:
    command: str
    args: list[str]
    def __init__(self, *, command: str, args: Any = ..., env: Any = ..., cwd: Any = ..., encoding: str = ...) -> None: ...

def stdio_client(server: StdioServerParameters, errlog: Any = ...) -> Any: ...
