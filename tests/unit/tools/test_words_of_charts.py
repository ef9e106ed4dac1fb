"""What helm and kustomize end with: the cause, and not the first or the last of their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.stages.kubernetes.staging import failing_template, told
from auditor.tools.helm import last_words
from auditor.tools.kustomize import cause

ERRORS = {
    """level=WARN msg=old
Error: values don't meet the specifications of the schema(s) in the following chart(s):
strict:
- at '/publicUrl': minLength: got 0, want 1
""": (
        "values don't meet the specifications of the schema(s) in the following chart(s): strict: "
        "- at '/publicUrl': minLength: got 0, want 1"
    ),
    """Error: execution error at (x/templates/NOTES.txt:1:4):
VALUES VALIDATION:
cache: mode
    no such mode

Use --debug flag to render out invalid YAML
""": "execution error at (x/templates/NOTES.txt:1:4): VALUES VALIDATION: cache: mode no such mode",
    "Error: INSTALLATION FAILED: chart requires kubeVersion: >=1.35.0\n": "chart requires kubeVersion: >=1.35.0",
    'Error: template: d/templates/agent-secret.yaml:12:4: executing "d/templates/agent-secret.yaml" at <.Values.a.b>: nil '  # noqa: E501 - an example
    "pointer\n": (
        'template: d/templates/agent-secret.yaml:12:4: executing "d/templates/agent-secret.yaml" at <.Values.a.b>: nil pointer'  # noqa: E501 - an example
    ),
    "Error: execution error at (d/templates/db-password.yaml:2:21): No valid driver\n": (
        "execution error at (d/templates/db-password.yaml:2:21): No valid driver"
    ),
    "Error: execution error at (d/templates/NOTES.txt:1:4): password: hunter22\n": (
        "execution error at (d/templates/NOTES.txt:1:4): password: (masked)"
    ),
    "panic\n\ngoroutine 1\n": "goroutine 1",
    "": "no reason given",
    "Error:\n": "no reason given",
}
GONE = "evalsymlink failure on '/k/a/gone.yaml' : lstat /k/a/gone.yaml: no such file or directory"
TWICE = "merging resources from 'p.yaml': may not add resource with an already registered id: Pod.v1.[noGrp]/p.[noNs]"
CAUSES = {
    f"accumulating resources: accumulation err='accumulating resources from 'gone.yaml': {GONE}': must build at "
    f"directory: not a valid directory: {GONE}": "accumulating resources from 'gone.yaml': no such file or directory",
    "accumulating resources: accumulation err='accumulating resources from '../f': '/k/f' must resolve to a file': "
    f"recursed accumulation of path '/k/f': accumulating resources: accumulation err='{TWICE}': must build at "
    "directory: '/k/f/p.yaml': file is not directory": TWICE,
    "trouble configuring builtin HelmChartInflationGenerator with config: ` name: x repo: https://e.example `: must "
    "specify --enable-helm": (
        "trouble configuring builtin HelmChartInflationGenerator with config: must specify --enable-helm"
    ),
    "accumulating resources: accumulation err='accumulating resources from '../manager': '/k/manager' must resolve to a "  # noqa: E501 - an example
    "file': recursed accumulation of path '/k/manager': loading KV pairs: env source files: [.env]: evalsymlink failure on "  # noqa: E501 - an example
    "'/k/manager/.env' : lstat /k/manager/.env: no such file or directory": (
        "in '../manager': loading KV pairs: env source files: [.env]: no such file or directory"
    ),
    "accumulating resources: accumulation err='accumulating resources from '../base': '/k/base' must resolve to a file': "  # noqa: E501 - an example
    "recursed accumulation of path '/k/base': invalid Kustomization: json: unknown field \"foo\"": (
        "in '../base': invalid Kustomization: json: unknown field \"foo\""
    ),
    'invalid Kustomization: json: unknown field "foo"': 'invalid Kustomization: json: unknown field "foo"',
    "security; file '/k/x' is not in or below '/k/a/'": "security; file '/k/x' is not in or below '/k/a/'",
}


@pytest.mark.parametrize("stderr", ERRORS)
def test_error_of_helm_is_told_with_all_of_its_lines(stderr: str) -> None:
    assert last_words(stderr.encode()) == ERRORS[stderr]


@pytest.mark.parametrize("said", CAUSES)
def test_error_of_kustomize_is_its_cause(said: str) -> None:
    assert cause(said, Path("/k/a")) == CAUSES[said]


def test_long_way_through_templates_keeps_both_ends() -> None:
    said = (
        'template: shop/templates/web.yaml:30:28: executing "shop/templates/web.yaml" at <include (print '
        '$.Template.BasePath "/settings.yaml") .>: error calling include: template: shop/templates/settings.yaml:9:3: '
        'executing "shop/templates/settings.yaml" at <include "shop.deep" .>: error calling include: template: '
        'shop/templates/_deep.tpl:4:12: executing "shop.deep" at <.Values.a.b>: nil pointer evaluating interface {}.b'
    )

    short = told(said)

    assert failing_template(said) == ("templates/settings.yaml", 9)
    assert short.startswith("template: shop/templates/web.yaml:30:28:")
    assert short.endswith("at <.Values.a.b>: nil pointer evaluating interface {}.b")
    assert len(told("x" * 5000 + "the end")) < 510
    assert told("x" * 5000 + "the end").endswith("the end")
