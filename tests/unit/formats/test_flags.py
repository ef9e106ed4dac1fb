from __future__ import annotations

import pytest

from auditor.formats.flags import Command, command, flags, resolved


def _flags(*arguments: str) -> dict[str, str]:
    found = command(arguments)
    assert isinstance(found, Command)
    return {flag.name: flag.value for flag in found.flags}


@pytest.mark.parametrize(
    "arguments",
    [
        ["kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path", "/x"],
        ["/usr/local/bin/kube-apiserver", "-anonymous-auth=false", "-profiling", "-audit-log-path=/x"],
        ["kube-apiserver", "--anonymous_auth=false", "--profiling=true", '--audit-log-path="/x"'],
        ["sh", "-c", "exec kube-apiserver --anonymous-auth=false --profiling --audit-log-path '/x' 2>&1 | tee /log"],
        ["bash", "-ec", "cd / && kube-apiserver \\\n  --anonymous-auth=false \\\n --profiling --audit-log-path=/x\n"],
        ["kube-apiserver --anonymous-auth=false --profiling --audit-log-path /x"],
        ["go-runner", "--log-file=/y", "kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],  # noqa: E501 - an example
        ["hyperkube", "kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],
        ["nice", "-n", "5", "kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],
        ["/go-runner", "--log-file=/y", "--also-stdout", "/a/kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],  # noqa: E501 - kops
        ["hyperkube", "apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],
        ["timeout", "30s", "kube-apiserver", "--anonymous-auth=false", "--profiling", "--audit-log-path=/x"],
        ["sh", "-c", "#!/bin/sh\nset -eu\n# don't stop; here\nexport A=$(cat /a)\nexec nice -n -19 ionice -c2 -n0 kube-apiserver --anonymous-auth=false --profiling \\\n  --audit-log-path=/x || mv /a /b"],  # noqa: E501 - OpenShift
        ["sh", "-ec", "cp /bin/kube-apiserver /y\nif true; then exec kube-apiserver --anonymous-auth=false --profiling --audit-log-path=/x; fi"],  # noqa: E501 - an example
        ["sh", "-c", "exec watch-termination --file=/y -- hyperkube kube-apiserver --anonymous-auth=false --profiling --audit-log-path=/x"],  # noqa: E501 - OpenShift
    ],
)  # fmt: skip
def test_a_command_line_is_read_however_it_is_written(arguments: list[str]) -> None:
    assert _flags(*arguments) == {"anonymous-auth": "false", "profiling": "true", "audit-log-path": "/x"}


def test_a_word_behind_a_boolean_flag_is_no_value_of_it() -> None:
    assert _flags("kube-apiserver", "--anonymous-auth", "false") == {"anonymous-auth": "true"}


def test_a_substitution_in_a_script_ends_no_command() -> None:
    script = (
        "exec etcd --name=$(hostname -s) --initial-cluster=$(A)=https://$(ip $(cat /b)):2380 --client-cert-auth=true"
    )

    assert _flags("sh", "-c", script) == {
        "name": "$(hostname -s)",
        "initial-cluster": "$(A)=https://$(ip $(cat /b)):2380",
        "client-cert-auth": "true",
    }


def test_a_number_at_the_end_of_a_script_is_a_value() -> None:
    assert _flags("sh", "-c", "kube-apiserver --audit-log-maxage 30") == {"audit-log-maxage": "30"}
    assert _flags("sh", "-c", "kube-apiserver --audit-log-maxage 30 2>&1") == {"audit-log-maxage": "30"}


def test_a_negative_number_is_a_value() -> None:
    assert _flags("kubelet", "--pod-max-pids", "-1", "--x", "-y") == {"pod-max-pids": "-1", "x": "true", "y": "true"}


def test_every_occurrence_is_kept_in_order() -> None:
    found = command(["kubelet", "--feature-gates=A=true", "--feature-gates=B=false"])

    assert found is not None
    assert [(flag.value, flag.index) for flag in found.flags] == [("A=true", 1), ("B=false", 2)]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["backup", "--target", "etcd"],
        ["cat", "kube-apiserver"],
        ["sh", "-c", "cp /bin/etcd /y; exec etcdctl snapshot save /z"],
        ["sudo", "-u", "etcd", "etcdctl", "member", "list"],
        ["gosu", "etcd", "etcdctl", "member", "list"],
        ["etcd", "grpc-proxy", "start", "--endpoints=a:2379"],
        ["etcd", "gateway", "start"],
        ["sh", "-c", "exec etcd grpc-proxy start --endpoints https://a"],
        ["kube-apiserver-proxy"],
        ["sh", "-c", "echo 'x"],
        [""],
    ],
)
def test_other_programs_are_not_taken_for_components(arguments: list[str]) -> None:
    assert command(arguments) is None


def test_files_of_flags_are_read() -> None:
    found = flags("# comment\n--anonymous-auth=false\n--v 2\n--enable-server\n")

    assert [(flag.name, flag.value) for flag in found] == [
        ("anonymous-auth", "false"),
        ("v", "2"),
        ("enable-server", "true"),
    ]


def test_variables_are_filled_in_as_the_kubelet_does() -> None:
    assert resolved("$(A)-$$(B)-$(C)", {"A": "1", "B": "2"}) == "1-$(B)-$(C)"
