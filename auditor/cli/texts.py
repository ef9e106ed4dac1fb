"""Sentences of the command line itself, in both languages; older ones stand in `auditor.messages`."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "help.severity": (
        "show failures of this severity and above: critical, high, medium, low, info",
        "只显示该严重程度及以上：critical、high、medium、low、info",
    ),
    "help.check": (
        "show only checks of this id, or whose ids begin so (repeatable)",
        "只显示该检查项，或编号以此开头者（可重复）",
    ),
    "help.control": (
        "show only what speaks to this control: 8.1.4.2, CIS-5.2.1, cis-kubernetes:5.2.1 (repeatable)",
        "只显示与该控制项有关者：8.1.4.2、CIS-5.2.1、cis-kubernetes:5.2.1（可重复）",
    ),
    "help.file": ("show only this file, folder or pattern (repeatable)", "只显示该文件、目录或匹配模式（可重复）"),
    "help.verdict": (
        "show this verdict: fail, not_assessed, nothing_found, pass, not_applicable (repeatable)",
        "只显示该结论：fail、not_assessed、nothing_found、pass、not_applicable（可重复）",
    ),
    "help.new": ("show only failures that the compared run did not have", "只显示所比较的运行中没有的不符合项"),
    "help.blocks": ("show only what closes the gate", "只显示导致门禁不通过者"),
    "help.all": ("show every verdict, and failures that do not count", "显示所有结论及不计入的不符合项"),
    "help.show": (
        "Show the findings of a finished run: failures, or what the filters choose.",
        "显示某次运行的结果：默认为不符合项，也可按条件筛选。",
    ),
    "help.csv": ("as CSV", "以 CSV 输出"),
    "help.select": (
        "run only checks of this id, or whose ids begin so (repeatable)",
        "只运行该检查项，或编号以此开头者（可重复）",
    ),
    "help.ignore": (
        "do not run checks of this id, or whose ids begin so; reports list them (repeatable)",
        "不运行该检查项，或编号以此开头者；报告中会列出（可重复）",
    ),
    "help.exit_zero": (
        "exit with 0 although there are failures or gaps; the record keeps the true code",
        "即使有不符合项或缺口也以 0 退出；记录中保留真实退出码",
    ),
    "help.files": (
        "the targets are files below the working folder; only they are read (for pre-commit)",
        "目标为当前目录下的文件，仅读取这些文件（用于 pre-commit）",
    ),
    "help.verbose": ("say on stderr what each stage does", "在标准错误输出各阶段的进展"),
    "help.quiet": ("print the closing lines only", "只输出结尾的结论"),
    "help.frameworks.verdict": (
        "only controls with this verdict: pass, partly, fail, open, not_applicable",
        "只显示该结论的控制项：pass、partly、fail、open、not_applicable",
    ),
    "help.frameworks.chapter": (
        "only controls of this chapter, or whose numbers begin so",
        "只显示该章节，或编号以此开头的控制项",
    ),
    "help.checks.severity": ("only of this severity and above", "只列出该严重程度及以上"),
    "help.checks.framework": ("only those that speak to this framework", "只列出与该标准有关者"),
    "help.checks.cwe": ("only of this weakness: 328 or CWE-328", "只列出该弱点：328 或 CWE-328"),
    "help.checks.text": ("only with these words in id, title or problem", "只列出编号、标题或问题中含该文字者"),
    "stage.unknown": ("unknown stage {name!r}; known: {known}", "未知的阶段 {name!r}；可用：{known}"),
    "checks.head": (f"{'check':58} {'severity':9} requirement", f"{'检查项':55} {'严重程度':5} 要求"),
    "checks.count": ("{count} of {all} checks", "{all} 个检查项中的 {count} 个"),
    "usage.help": ("try '{command} -h' for help", "运行 {command} -h 查看帮助"),
    "verdict.unknown": ("unknown verdict {name!r}; known: {known}", "未知的结论 {name!r}；可用：{known}"),
    "show.none": (
        "none of the {count} findings fits; --all shows every verdict",
        "{count} 项结果中没有符合条件的；--all 可显示所有结论",
    ),
    "show.one_form": ("give either --json or --csv, not both", "--json 与 --csv 只能给出一个"),
    "terminal.exit_zero": (
        "exit code 0 was asked for (--exit-zero); the record keeps {code}",
        "按要求以 0 退出（--exit-zero）；记录中的退出码为 {code}",
    ),
    "terminal.demo": (
        "The demo exits with 0, for it is meant to have faults; a run of your own would exit with {code}",
        "演示有意包含问题，故以 0 退出；对您自己的系统运行时退出码将为 {code}",
    ),
}

say: Final = sentences(TEXTS)
