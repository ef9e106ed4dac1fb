"""Names of variables, keys, flags and headers that speak of a secret, in English and Chinese."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""Characters of a name that are looked at; a longer one is no name."""

WORDS: Final = (
    r"pass[_-]?(?:word|wd|phrase|code)|pwd|pswd|secret|token(?!i[sz])|credential|cookie|bearer|mnemonic|htpasswd|requirepass|masterauth"
    r"|authori[sz]ation|connection[_-]?string|(?:api|access|private|secret|sign(?:ing)?|encrypt(?:ion)?|master|root"
    r"|shared|session|storage|account|license|client|server|host|user|db|data|hmac|aes|des|sm[1-4]|rsa|ssh|tls|jwt|jwe"
    r"|webhook|bot|service|app|auth|deploy|admin|unseal|recovery|seal|pre[_-]?shared)[_-]?key(?!s?tore)"
    r"|密码|口令|密钥|密匙|秘钥|令牌|凭证|凭据|私钥|授权码|访问码|暗号|mima|miyao|kouling|lingpai"
)
"""Words that make a name one of a secret wherever they stand in it."""
_ANYWHERE: Final = re.compile(WORDS, re.IGNORECASE)
_AT_END: Final = re.compile(
    r"(?:(?:^|[_./])auth|(?:^|[^a-z])(?:pass|pw|psk|dsn|pin|otp|totp|salt|sig|sid|ak|sk|jwt|pat|creds?)|_key|_KEY)$",
    re.IGNORECASE,
)
"""Short words, which stand in other words, too."""
_CAMEL_END: Final = re.compile(r"[a-z](?:Pass|Pwd|Auth|Psk|Dsn|Pin|Otp|Salt|Jwt|Pat|Creds?)$")
_HARMLESS: Final = re.compile(
    r"(?i)(?:files?|paths?|dir(?:ectory)?|folder|names?|refs?|references?|ur[li]s?|endpoint|enabled?|disabled?|mounts?"
    r"|ttl|expir\w*|lifetime|seconds|minutes|hours|days|duration|timeout|interval|length|size|count|limit|max|min|usage"
    r"|types?|kind|format|policy|modes?|method|provider|class|issuers?|audiences?|lookup|webhook|version|field|prefix"
    r"|suffix|claims?|algorithms?|algs?|rotation|store|stores|plugin|namespace|required|strict|authenticator|status"
    r"|keystore|config(?:uration)?|rules|engine|driver|controller|binding|reviewer|reviews?|requests?|scheme|syncs"
    r"|文件|路径|名称|长度|有效期|策略|地址|类型|目录|模式|算法|轮换|数量|时间|强度|复杂度|服务|管理|产品|模块)$"
    r"|^-*(?:(?:max|min|num|n|total|prompt|completion|input|output|context|new|batched|per|seq)[_-]){1,5}tokens?$"
    r"|^-*(?:etcd[_-])?initial[_-]cluster[_-]token$"
    r"|^-*(?:no|enable|disable|allow|require|use|is|has)[_-]|^(?-i:(?:automount|enable|disable|require|allow)(?=[A-Z]))"
    r"|(?:primary|foreign|public|partition|sort|cache|index|row|group|label|topology|routing|map|sub)_key$"
    r"|authori[sz]ation[_-](?!token|header|key)"
)
_HEADERS: Final = re.compile(
    r"(?i)^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|^x-.*(?:auth|key|secret|signature|session).*$"
)


@lru_cache(maxsize=20_000)
def is_secret_name(name: str) -> bool:
    """Tell whether a variable, key, flag or header of this name is taken to hold a secret.

    ``DB_PASSWORD``, ``--api-key``, ``数据库口令``; not ``TOKEN_FILE``, ``max_tokens``, ``secretName``.
    """
    name = name.strip(" \t\"'\\")
    if len(name) > LONGEST:
        return False
    if _HEADERS.match(name):
        return True
    if _HARMLESS.search(name):
        return False
    return bool(_ANYWHERE.search(name) or _AT_END.search(name) or _CAMEL_END.search(name))
