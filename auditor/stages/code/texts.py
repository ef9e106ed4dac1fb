"""What the stage ``code`` says, in English and Chinese."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "code.context.administration": ("a function that only administrators can call", "仅管理员可调用的功能"),
    "code.history.problem": (
        "The history of the repository was not searched for secrets",
        "未在代码仓库历史中检索密钥",
    ),
    "code.history.title": (
        "The history of the repository was searched for secrets",
        "已在代码仓库历史中检索密钥",
    ),
    "code.history.remedy": (
        "search it with a program for it (gitleaks, on a complete mirror clone), and change every secret that it finds; "
        "history: false in auditor.yaml says that somebody else does so",
        "请用专门工具（如 gitleaks，针对完整的镜像克隆）检索，并更换查出的全部密钥；若由他人负责，可在 auditor.yaml 中写 history: false",
    ),
    "code.left.files": ("--files: only the files that were named", "--files：仅检查指定文件"),
    "code.files.remedy": (
        "run without --files to follow values through the whole program",
        "去掉 --files 运行，以跟踪贯穿整个程序的数据流",
    ),
    "code.left.history": ("auditor.yaml: history: false", "auditor.yaml：history: false"),
    "code.reach": ("{languages}; {scope}", "{languages}；{scope}"),
    "code.reach.place": ("one statement at a time", "逐条语句"),
    "code.reach.function": ("values inside one function", "同一函数内的数据流"),
    "code.reach.program": (
        "values through the functions and files of the program, as far as calls can be resolved",
        "跨函数、跨文件的数据流（以可解析的调用为限）",
    ),
    "code.reach.any": ("any text", "任何文本"),
    "code.searched": ("{found}; it sees: {reach}", "{found}；可见范围：{reach}"),
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
