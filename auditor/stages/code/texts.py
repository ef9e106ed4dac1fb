"""What the stage ``code`` says, in English and Chinese."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "code.context.administration": ("a function that only administrators can call", "仅管理员可调用的功能"),
    "code.left.bundles": (
        "{count} scripts that a bundler made or that are minified: read for secrets only",
        "{count} 个由打包工具生成或压缩过的脚本：仅检查其中的密钥",
    ),
    "code.left.bundles.one": (
        "{count} script that a bundler made or that is minified: read for secrets only",
        "{count} 个由打包工具生成或压缩过的脚本：仅检查其中的密钥",
    ),
}
"""English and Chinese by key."""

say: Final = sentences(TEXTS)
