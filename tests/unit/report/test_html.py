from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from rich.console import Console

from auditor.model.finding import Verdict
from auditor.model.record import Tally
from auditor.report import json as json_report
from auditor.report import markdown
from auditor.report.html import EMBEDDED_ROWS, STATIC_ROWS, render
from auditor.report.patches import shown
from auditor.report.standing import SHOWN
from auditor.report.terminal import lines, summary
from tests.unit.report.records import CHECKS, PATCH, assessed, empty, example, many, objects, outcome

if TYPE_CHECKING:
    from auditor.model.record import Record
    from auditor.model.text import Language


def page_of(record: Record, language: Language = "en") -> str:
    return render(record, language, CHECKS).decode()


def embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize("tag", ["style", "script"])
def test_the_policy_allows_our_style_and_script_by_hash_and_nothing_else(tag: str) -> None:
    page = page_of(example())

    found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found
    assert policy
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert policy[1].startswith("default-src &#39;none&#39;;")
    assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert "unsafe" not in policy[1]


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = page_of(example())

    assert not re.findall(r"<(?:link|img|iframe|object|embed|video|audio|source|base)\b", page)
    assert not re.findall(r"\bsrc=", page)
    assert "url(" not in page
    assert not re.findall(r"\sstyle=", page)
    assert not re.findall(r"\son\w+=", page)


def test_foreign_text_is_never_markup() -> None:
    page = page_of(example())

    assert "<script>alert" not in page
    assert "</script><script>" not in page.replace("</script>\n<script>", "")
    assert page.count("<script") == page.count("</script>") == 2
    for unseen in ("\x1b", "\u202e", "\x00"):
        assert unseen not in page


def test_only_web_addresses_become_links() -> None:
    assert "javascript:" not in page_of(example())


def test_figures_are_given_as_two_integers() -> None:
    page = page_of(example())

    assert '<p class="number">10 <span class="of">/ 13</span></p>' in page
    assert "policy coverage 1 of 257" in page
    assert "%" not in re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL).replace("%2e", "")


def test_both_languages_are_inside_and_the_asked_one_opens() -> None:
    for language in ("en", "zh"):
        page = page_of(example(), "zh" if language == "zh" else "en")

        assert f'<html lang="{language}">' in page
        assert f'id="lang-{language}" checked' in page
        assert "不通过" in page
        assert "failed" in page


def test_the_worst_rows_are_in_the_page_and_the_rest_is_counted() -> None:
    page = page_of(many(600))

    assert page.count('<details class="row') == STATIC_ROWS
    assert f"the worst {STATIC_ROWS} of 630 findings" in page
    assert len(embedded(page)["findings"]) == 630


def test_a_huge_record_is_cut_and_counted() -> None:
    record = many(EMBEDDED_ROWS + 40)

    page = page_of(record)

    assert len(embedded(page)["findings"]) == EMBEDDED_ROWS
    assert "70 more are not shown here; record.json has all of them" in page


def test_an_empty_record_still_says_what_it_is() -> None:
    page = page_of(empty())

    assert "no framework was asked for" in page
    assert '<span class="of">/ 0</span>' in page
    assert "everything looked for was seen" in page


def test_tools_stand_with_version_and_digest() -> None:
    page = page_of(example())

    assert "sha256:" + "cd" * 32 in page
    assert "1.182.0" in page
    assert "not allowed, run on request" in page


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert render(example(), "zh", CHECKS) == render(example(), "zh", CHECKS)


def test_reasons_of_gaps_are_there_in_both_languages() -> None:
    page = page_of(objects())

    (row,) = [row for row in embedded(page)["findings"] if row["v"] == "not_assessed"]
    detail = "no part of this system shows etcd"
    assert row["gr"] == [f"not collected: {detail}", "未采集：本系统中没有部分能体现 etcd"]
    assert '<span lang="en">not collected</span><span lang="zh">未采集</span>' in page


def test_an_object_and_its_patch_are_shown() -> None:
    page = page_of(objects())

    (row,) = [row for row in embedded(page)["findings"] if row["v"] == "fail"]
    assert (row["p"], row["th"]) == ("deploy/chart/templates/api.yaml:20", "Deployment/loan/api")
    assert row["patch"] == shown(PATCH)
    assert page.count("<pre>[\n  {&#34;op&#34;: &#34;add&#34;") == 1
    assert "m" not in row  # expected and actual value say it


def test_each_control_has_one_row_with_its_verdict_and_the_totals_stand_in_the_opening() -> None:
    opening, _, rest = page_of(objects()).partition('<section id="findings">')

    plain = re.sub(r"<[^>]*>", "", opening.partition('id="policy"')[2])
    assert re.search(r"pass\s*符合\s*0|pass符合 0", plain)
    assert "fail不符合 1" in plain
    table = rest.partition('id="outcomes"')[2].partition('id="tools"')[0]
    assert table.count('<td class="no">') == 2
    assert 'class="conformity does_not"' in table
    assert "collect the nodes" in table
    assert "请采集节点" in table


def test_numbers_of_a_framework_agree_in_every_report() -> None:
    record = objects()
    count = Tally(conforms=3, partly=2, does_not=1, not_applicable=4, not_assessed=251)
    outcomes = tuple(
        outcome(f"{verdict.value}.{number}", verdict)
        for verdict, times in (
            (Verdict.PASS, 3),
            (Verdict.FAIL, 1),
            (Verdict.NOT_APPLICABLE, 4),
            (Verdict.NOT_ASSESSED, 251),
        )
        for number in range(times)
    )
    both = [
        replace(outcome(f"b.{n}", v), target=t) for n in range(2) for v, t in ((Verdict.PASS, "a"), (Verdict.FAIL, "b"))
    ]
    record = assessed([*outcomes, *both], whole=261)
    assert record.coverage.frameworks == {"cis": count}

    said = "pass 3 partly 2 fail 1 open 251 not applicable 4"
    in_json = json.loads(json_report.render(record))["coverage"]["frameworks"]["cis"]
    assert [in_json[name] for name in SHOWN] == [3, 2, 1, 251, 4]
    assert said in re.sub(r"[,*·]| +(?= )", "", "\n".join(lines(record, "en", {})))
    out = io.StringIO()
    Console(file=out, width=160).print(summary(record, "en", {}))
    assert said in " ".join(out.getvalue().split())
    assert said in " ".join(re.sub(r"[*·]", "", markdown.render(record, "en").decode()).split())
    page = re.sub(r'<span lang="zh">.*?</span>', "", page_of(record))
    for part in (page.partition('id="policy"')[2], page.partition('id="outcomes"')[2]):
        assert said in " ".join(re.sub(r"<[^>]*>", " ", part).split())


def test_evidence_leads_to_its_raw_bytes_in_the_folder_of_the_run() -> None:
    page = page_of(example())
    digests = {origin.capture for finding in example().findings for origin in finding.origins if origin.capture}

    assert digests
    for digest in digests:
        name = digest.removeprefix("sha256:")
        assert f'href="captures/sha256/{name[:2]}/{name}"' in page
