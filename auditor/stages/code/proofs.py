"""What shows that some lines of Python prove themselves: the value that stands there and its use, and not its name.

A rule that rests on its lines brings its ground along; here it is asked once more what the lines hold. What is not seen
to be of the kind is one to review.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from auditor.stages.code.reaching import is_error
from auditor.stages.code.scopes import dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module

_LEAST_LETTERS: Final = 12
_LEAST_BITS: Final = 3.0
"""Of a letter: as many as eight letters that occur equally often have (log2 of 8)."""
_LEAST_KINDS: Final = 2
"""Of small letters, large letters and digits."""
_LEAST_WORD: Final = 4
"""Letters in a row that may be a word."""
_WORD: Final = re.compile(r"^(?:[A-Z]?[a-z]+|[A-Z]+)$")
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+")
_MOST_OF_WORDS: Final = 0.6


def looks_random(text: str) -> bool:
    """Tell whether a text is one that somebody rolled: long enough, of several kinds of letters, not made of words."""
    if len(text) < _LEAST_LETTERS or " " in text:
        return False
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", r"\d"))
    counts = Counter(text)
    bits = -sum(number / len(text) * math.log2(number / len(text)) for number in counts.values())
    if kinds < _LEAST_KINDS or bits < _LEAST_BITS:
        return False
    if _in_order(text) / len(text) > _MOST_IN_ORDER:
        return False
    in_words = sum(len(each) for each in _PARTS.findall(text) if len(each) >= _LEAST_WORD and _WORD.match(each))
    return in_words / len(text) < _MOST_OF_WORDS


_MOST_IN_ORDER: Final = 0.5
_ORDERS: Final = ("01234567890", "abcdefghijklmnopqrstuvwxyz")
_LEAST_IN_ORDER: Final = 4


def _in_order(text: str) -> int:
    """Return how many letters stand in the order of the alphabet or of the digits: ``1234567890abcdef``."""
    found = start = 0
    lowered = text.lower()
    for end in range(1, len(text) + 1):
        if end == len(text) or not any(lowered[end - 1 : end + 1] in order for order in _ORDERS):
            found += end - start if end - start >= _LEAST_IN_ORDER else 0
            start = end
    return found


_SIGNS: Final = re.compile(
    r"(?i)^(?:encode|decode|sign|unsign|verify|new|compare_digest|fernet|aes|des|hmac|\w*serializer|\w*signer|\w*middleware|\w*jwt\w*"
    r"|set_password|\w*hash\w*|connect\w*|create_engine|create_pool|login|\w*auth\w*|\w*client\w*|\w*session|redis|\w*credential\w*"
    r"|secretstr|openai|anthropic|\w*connection|from_url|authenticate|bind|encrypt\w*|decrypt\w*|derive\w*|configure|init_app|\w*user\w*"
    r"|\w*admin\w*|execute\w*)$"
)
"""Calls that a secret is handed to: what signs, compares, encrypts, hashes, connects or makes an account."""
_SECRET_NAME: Final = re.compile(r"(?i)secret|password|passwd|passphrase|pwd|jwt|sign")


def is_used_as_secret(module: Module, line: int) -> bool:
    """Tell whether what stands in a line is random, or is seen to be handed to what signs, compares or connects."""
    texts = [
        each.value if isinstance(each.value, str) else each.value.decode("latin-1")
        for each in module.nodes
        if isinstance(each, ast.Constant)
        and isinstance(each.value, (str, bytes))
        and each.lineno <= line <= (each.end_lineno or 0)
    ]
    if any(looks_random(text) for each in texts for text in re.split(r"[\s:@/]+", each)):
        return True
    if any(_SIGNS.match(last_name(call.func)) for call in module.calls_at(line)):
        return True
    names = set(_named_at(module, line))
    if any(map(_SECRET_NAME.search, names)) and _is_of_settings(module, line):
        return True
    return any(
        isinstance(node, ast.Compare)
        and node.lineno <= line <= (node.end_lineno or 0)
        and any(_SECRET_NAME.search(ast.unparse(each)) for each in (node.left, *node.comparators))
        for node in module.nodes
    ) or any(_uses(node, names) for node in module.nodes if names)


def _is_of_settings(module: Module, line: int) -> bool:
    """Tell whether a line is a field of the program's settings: other files read it there."""
    return any(
        isinstance(node, ast.ClassDef)
        and node.lineno <= line <= (node.end_lineno or 0)
        and any(last_name(each).endswith(("Settings", "Config")) for each in node.bases)
        for node in module.nodes
    )


def _named_at(module: Module, line: int) -> Iterator[str]:
    """Yield the names that a line gives to what stands in it."""
    for node in module.nodes:
        if getattr(node, "lineno", 0) > line or (getattr(node, "end_lineno", 0) or 0) < line:
            continue
        match node:
            case ast.Assign(targets=targets):
                yield from (last_name(each) or _key(each) for each in targets)
            case ast.AnnAssign(target=target):
                yield last_name(target)
            case ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() if line < node.body[0].lineno:
                yield from (each.arg for each in (*node.args.args, *node.args.kwonlyargs))


def _key(node: ast.expr) -> str:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
    return ""


def _uses(node: ast.AST, names: set[str]) -> bool:
    """Tell whether a call or a comparison uses one of some names as a secret."""
    match node:
        case ast.Call(func=func) if _SIGNS.match(last_name(func)):
            given = [*node.args, *(word.value for word in node.keywords)]
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            given = [left, right]
        case ast.Assign(targets=[ast.Attribute(attr="secret_key") | ast.Subscript()], value=value):
            given = [value]
        case _:
            return False
    return any(isinstance(each, (ast.Name, ast.Attribute)) and last_name(each) in names for each in given)


_LOADERS: Final = re.compile(
    r"^(?:from_pretrained|from_config|pipeline|load_dataset|load_metric|SentenceTransformer|CrossEncoder|HuggingFace\w*|LLM|EngineArgs"
    r"|AsyncEngineArgs|AsyncLLMEngine|snapshot_download|Auto\w+|load_model\w*|get_model|evaluate|load|TransformersModel|\w*Embedding\w*|VLLM\w*"
    r"|Engine|\w*Reranker\w*|get_tokenizer|get_config|Model|model_kwargs|update|\w*Tokenizer\w*)$"
)
"""What loads a model, a tokeniser or a set of data of others."""
_LIBRARIES: Final = re.compile(
    r"^(?:transformers|datasets|vllm|sglang|lmdeploy|sentence_transformers|modelscope|optimum|peft|FlagEmbedding"
    r"|huggingface_hub|langchain_huggingface|llama_index|langchain\w*|evaluate|trl|unsloth|autoawq|auto_gptq|torch)\b"
)


def is_of_a_loader(module: Module, line: int) -> bool:
    """Tell whether a line that trusts code of others is handed to what loads a model, or stands where one is loaded."""
    at = [
        call
        for call in module.calls_at(line)
        if last_name(call.func) != "dict" and any(word.arg == "trust_remote_code" for word in call.keywords)
    ]
    if at and all(any(_is_of_the_program(module, given) for given in call.args[:1]) for call in at):
        return False
    if at:
        return any(_LOADERS.match(last_name(call.func)) or _is_of_library(module, call) for call in at)
    return any(_LIBRARIES.match(name) for name, _as in _imported(module))


def _is_of_the_program(module: Module, given: ast.expr) -> bool:
    """Tell whether what is loaded lies beside the program's own files: whoever wrote these wrote it, too."""
    return any(
        isinstance(node, ast.Name) and node.id == "__file__"
        for value in module.values_of(given)
        for node in ast.walk(value)
    )


def _is_of_library(module: Module, call: ast.Call) -> bool:
    """Tell whether what is called was imported from a library of models."""
    head = dotted(call.func).split(".", 1)[0]
    return any(known == head and _LIBRARIES.match(name) for name, known in _imported(module))


def _imported(module: Module) -> Iterator[tuple[str, str]]:
    """Yield what a file imports from where, by the name that it has there."""
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", each.asname or each.name) for each in node.names)
        elif isinstance(node, ast.Import):
            yield from ((each.name, (each.asname or each.name).split(".", 1)[0]) for each in node.names)


def is_unpacked_by_members(module: Module, line: int) -> bool:
    """Tell whether an archive is one whose members may lead out of a folder.

    ``zipfile`` takes what leads out from the names itself where it unpacks; who opens each member for himself does not.
    """
    made: list[ast.expr] = []
    for call in module.calls_at(line):
        if last_name(call.func) in {"extractall", "extract"} and isinstance(call.func, ast.Attribute):
            made += [each for each in module.values_of(call.func.value) if not isinstance(each, ast.Name)]
    return not (made and all(isinstance(each, ast.Call) and dotted(each.func).endswith("ZipFile") for each in made))


def lets_in(module: Module, line: int) -> bool:
    """Tell whether a comparison in a line decides what is let in: it refuses, or its answer is handed on.

    Where something is only done with what begins so (a part is cut off, a name is listed), nothing is guarded by it.
    """
    tests = [
        node
        for node in module.nodes
        if isinstance(node, ast.If) and node.test.lineno <= line <= (node.test.end_lineno or 0)
    ]
    return not tests or any(
        any(isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.Not) for each in ast.walk(node.test))
        or any(map(_says_yes, node.body))
        or (bool(node.orelse) and is_error(node.orelse[-1]))
        for node in tests
    )


def _says_yes(statement: ast.stmt) -> bool:
    """Tell whether a statement gives something back, or keeps that something is so."""
    match statement:
        case ast.Return(value=ast.expr()) | ast.Assign(value=ast.Constant(value=True)):
            return True
    return False
