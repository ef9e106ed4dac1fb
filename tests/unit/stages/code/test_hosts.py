"""What the text of an address that is put together names as its host."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.hosts import behind_scheme


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("'http://' + host + ':8080/v1'", "host"),
        ("'http' + '://' + host + '/v1'", "host"),
        ("'http://' + (host + '/v1')", "host"),
        ("'//' + host", "host"),
        ("'http://a.example.com' + path", None),
        ("'/v1/' + name", None),
        ("host + '/v1'", None),
        ("'a' + 'b'", None),
        ("'%s/v1' % host", "host"),
        ("'%s://%s/v1' % (scheme, host)", "scheme"),
        ("'http://%s:%d/v1' % (host, port)", "host"),
        ("'http://%(host)s/v1' % {'host': name, **more}", "name"),
        ("'http://a.example.com/%s' % name", None),
        ("'%d' % number", None),
        ("'{}/v1'.format(host)", "host"),
        ("'http://{1}/{0}'.format(path, host)", "host"),
        ("'{base}/v1'.format(base=host)", "host"),
        ("'{base!s:>3}/v1'.format(**all)", None),
        ("'{}/v1'.format(*all)", None),
        ("'{2}/v1'.format(host)", None),
        ("'http://a.example.com/{}'.format(name)", None),
        ("template.format(host)", None),
        ("name % host", None),
    ],
)
def test_host_is_what_stands_behind_no_more_than_a_scheme(text: str, host: str | None) -> None:
    found = behind_scheme(ast.parse(text, mode="eval").body)

    assert (ast.unparse(found) if found is not None else None) == host
