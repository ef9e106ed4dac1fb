from __future__ import annotations

from auditor.formats.templates import source_lines

TEMPLATE = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  {{- if .Values.replicas }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  containers:
  {{- range .Values.ports }}
  - port: {{ . }}
    host: true
  {{- end }}
  last: 1
""".splitlines()
RENDERED = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: release
  labels:
    app: x
    team: y
spec:
  replicas: 3
  containers:
  - port: 1
    host: true
  - port: 2
    host: true
  last: 1
""".splitlines()


def test_each_rendered_line_is_placed_in_the_template() -> None:
    assert source_lines(TEMPLATE, RENDERED) == [1, 2, 3, 4, 5, 6, 6, 7, 9, 11, 13, 14, 13, 14, 16]


def test_a_template_without_lines_places_all_at_its_start() -> None:
    assert source_lines([], ["a: 1", "b: 2"]) == [1, 1]


def test_long_texts_are_placed_line_by_line() -> None:
    text = [f"k{number}: 1" for number in range(4000)]

    assert source_lines(text, text) == list(range(1, 4001))
