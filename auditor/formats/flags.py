"""Command lines of Kubernetes programs: which program it is, and which flags it was given."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COMPONENTS: Final = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubelet", "kube-proxy")
# Flags that take no value of their own: `--flag` alone is true, and a word behind it is no value (pflag NoOptDefVal,
# Go's flag.boolFlag). From `kube-apiserver --help`, `etcd --help` and the BoolVar calls of Kubernetes 1.36.3; older
# ones from the reference pages of 1.22-1.35.
_BOOLEAN_NAMES: Final = """
aggregator-reject-forwarding-redirect allocate-node-cidrs allow-privileged allow-untagged-cloud alsologtostderr
anonymous-auth audit-log-batch-throttle-enable audit-log-compress audit-log-truncate-enabled
audit-webhook-batch-throttle-enable audit-webhook-truncate-enabled authentication-skip-lookup
authentication-token-webhook authentication-tolerate-lookup-failure auto-tls bind-address-hard-fail cgroups-per-qos
cleanup client-cert-auth configure-cloud-routes conntrack-tcp-be-liberal contention-profiling cpu-cfs-quota
disable-attach-detach-reconcile-sync disable-force-detach-on-timeout disable-http2-serving
discovery-insecure-skip-tls-verify discovery-insecure-transport emulation-forward-compatible enable-aggregator-routing
enable-bootstrap-token-auth enable-controller-attach-detach enable-debugging-handlers enable-distributed-tracing
enable-dsr enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner enable-leader-migration
enable-log-rotation enable-logs-handler enable-pprof enable-priority-and-fairness enable-server enable-v2
encryption-provider-config-automatic-reload exit-on-lock-contention experimental-allocatable-ignore-eviction
experimental-compact-hash-check-enabled experimental-enable-distributed-tracing experimental-enable-lease-checkpoint
experimental-enable-lease-checkpoint-persist experimental-initial-corrupt-check
experimental-peer-skip-client-san-verification experimental-txn-mode-write-with-shared-buffer fail-swap-on
feature-gates-emulation force-new-cluster forward-healthcheck-vip init-only initial-election-tick-advance
ipvs-strict-arp kernel-memcg-notification kubelet-https leader-elect local local-storage-capacity-isolation
log-json-split-stream log-text-split-stream logtostderr make-iptables-util-chains masquerade-all one-output
peer-auto-tls peer-client-cert-auth peer-skip-client-san-verification permit-address-sharing permit-port-sharing
pre-vote profiling protect-kernel-defaults register-node register-schedulable repair-malformed-updates
rotate-certificates rotate-server-certificates runonce runtime-config-emulation-forward-compatible seccomp-default
serialize-image-pulls service-account-extend-token-expiration service-account-lookup shutdown-send-retry-after
skip-headers skip-log-headers socket-reuse-address socket-reuse-port strict-reconfig-check unsafe-no-fsync
use-service-account-credentials watch-cache windows-service
cluster-init cluster-reset debug disable-agent disable-apiserver disable-cloud-controller disable-controller-manager
disable-etcd disable-helm-controller disable-kube-proxy disable-network-policy disable-scheduler docker
embedded-registry etcd-disable-snapshots etcd-expose-metrics flannel-external-ip prefer-bundled-bin rootless
secrets-encryption selinux servicelb
"""
BOOLEAN: Final = frozenset(_BOOLEAN_NAMES.split())
_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "busybox"})
# What may stand before the program in its own command line; the last row are words of the shell.
_WRAPPERS: Final = frozenset({
    "tini", "dumb-init", "catatonit", "go-runner", "hyperkube", "nice", "ionice", "env", "exec", "sudo", "setpriv",
    "numactl", "taskset", "nsenter", "flock", "systemd-cat", "watch-termination", "timeout", "nohup", "chrt", "su-exec",
    "gosu", "runuser", "stdbuf", "time",
    "--", "then", "else", "do", "{", "!",
})  # fmt: skip
# What comes next is the name of a user, and etcd is one.
_USER_NEXT: Final = frozenset({"-u", "--user", "-g", "--group", "su-exec", "gosu"})
# etcd that is no member: it passes requests on.
_NO_MEMBER: Final = frozenset({"grpc-proxy", "gateway"})
_VARIABLE: Final = re.compile(r"\$\$|\$\(([A-Za-z_.][A-Za-z0-9_.-]*)\)")
_ENDS: Final = frozenset({";", "|", "||", "&&", "&", "\n", ")", "(", ">", ">>", "<", ">&", "&>", "<&"})
_COMMENT_LINE: Final = re.compile(r"(?m)^[ \t]*#.*$")
_SUBSTITUTION: Final = re.compile(r"\$\([^()]*\)")
# Characters that no script holds stand for a substitution, so that its brackets part no words.
_PLACEHOLDERS: Final = range(0xE000, 0xF8FF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One occurrence of a flag.

    Attributes:
        name: Without dashes, words parted by ``-``.
        value: Its value; ``true`` where it stands alone.
        index: Position in the argument list as given, from 0; of the list's only word where that holds all of it.
    """

    name: str
    value: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line of a known program.

    Attributes:
        program: One of `COMPONENTS`, or another name that was asked for.
        flags: In order; every occurrence.
        operands: Words that are no flags (``server`` of ``k3s server``).
    """

    program: str
    flags: tuple[Flag, ...]
    operands: tuple[str, ...]


def command(arguments: Sequence[str], programs: Sequence[str] = COMPONENTS) -> Command | None:
    """Read a command line, None if it starts none of the programs.

    The program is the first word but for wrappers and shells; ``sh -c "…"`` and a whole line in one word are taken
    apart as a shell would.

    Args:
        arguments: Program and arguments.
        programs: Names to look for, without folder.
    """
    words = list(_words(arguments, programs))
    at = _start([word for word, _ in words], programs)
    if at is None:
        return None
    flags, operands = _flags(words[at + 1 :])
    program = _program([word for word, _ in words[: at + 1]], programs)
    if program == "etcd" and operands[:1] and operands[0] in _NO_MEMBER:
        return None
    return Command(program=program, flags=flags, operands=operands)


def flags(text: str) -> tuple[Flag, ...]:
    """Read flags out of a file that holds nothing else, one or more a line (MicroK8s)."""
    words = []
    for index, line in enumerate(text.splitlines()):
        words += [(word, index) for word in _split(line)]
    return _flags(words)[0]


def resolved(word: str, variables: Mapping[str, str]) -> str:
    """Fill in ``$(VAR)`` as the kubelet does: ``$$`` is a dollar, an unknown variable stays as it is.

    Source: https://github.com/kubernetes/kubernetes/blob/v1.36.3/third_party/forked/golang/expansion/expand.go
    """
    return _VARIABLE.sub(
        lambda found: "$" if found.group() == "$$" else variables.get(found.group(1), found.group()), word
    )


def _words(arguments: Sequence[str], programs: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the words of a command line with the position of the argument that each stands in."""
    if arguments and PurePosixPath(arguments[0]).name in _SHELLS:
        for index, argument in enumerate(arguments[1:], 1):
            if re.fullmatch(r"-[a-z]*c", argument) and index + 1 < len(arguments):
                yield from _script(arguments[index + 1], index + 1, programs)
                return
    if len(arguments) == 1 and any(blank in arguments[0] for blank in " \n\t"):
        yield from _script(arguments[0], 0, programs)
        return
    yield from ((argument, index) for index, argument in enumerate(arguments))


def _start(words: Sequence[str], programs: Sequence[str]) -> int | None:
    """Return where the program stands, behind nothing but wrappers, their options and the values of those."""
    is_wrapped = False
    before = ""
    for at, word in enumerate(words):
        name = PurePosixPath(word).name
        is_user = before in _USER_NEXT
        if not is_user and _program(words[: at + 1], programs):
            return at
        is_value = is_wrapped and (before.startswith("-") and "=" not in before)
        is_number = is_wrapped and re.fullmatch(r"\d+[smh]?", word)
        is_option = word.startswith("-") and (is_wrapped or "=" in word or word in {"-n", "-c", "-s"})
        if not (name in _WRAPPERS or is_option or is_value or is_number or is_user or re.match(r"\w+=", word)):
            return None
        is_wrapped = is_wrapped or name in _WRAPPERS
        before = word if word.startswith("-") else name
    return None


def _program(words: Sequence[str], programs: Sequence[str]) -> str:
    """Return the program that the last word names, empty if it names none; hyperkube knows them without ``kube-``."""
    name = PurePosixPath(words[-1]).name
    if name in programs:
        return name
    is_short = len(words) > 1 and PurePosixPath(words[-2]).name == "hyperkube" and f"kube-{name}" in programs
    return f"kube-{name}" if is_short else ""


def _script(text: str, index: int, programs: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the words of the command of a shell script that starts one of the programs."""
    for words in _commands(text):
        if _start(words, programs) is not None:
            yield from ((word, index) for word in words)
            return


def _commands(text: str) -> Iterator[list[str]]:
    """Yield the simple commands of a shell script, word by word."""
    text = _COMMENT_LINE.sub("", text.replace("\\\n", " "))
    kept: dict[str, str] = {}
    for code in _PLACEHOLDERS:
        if (found := _SUBSTITUTION.search(text)) is None:
            break
        kept[chr(code)] = found.group()
        text = text[: found.start()] + chr(code) + text[found.end() :]
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        for token in lexer:
            if token in _ENDS or set(token) <= set(";|&<>()"):
                if words and words[-1] in {"1", "2"} and set(token) & set("<>"):  # of a redirection: 2>&1
                    words.pop()
                if words:
                    yield words
                words = []
            else:
                words.append(_put_back(token, kept))
    except ValueError:  # a quote that nobody closes: a shell would not start it either
        return
    if words:
        yield words


def _put_back(token: str, kept: Mapping[str, str]) -> str:
    while any(mark in token for mark in kept):
        token = "".join(kept.get(character, character) for character in token)
    return token


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def _flags(words: Sequence[tuple[str, int]]) -> tuple[tuple[Flag, ...], tuple[str, ...]]:
    found: list[Flag] = []
    operands: list[str] = []
    at = 0
    while at < len(words):
        word, index = words[at]
        at += 1
        if not word.startswith("-") or word in {"-", "--"}:
            operands.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        name = name.replace("_", "-")
        if not equals:
            following = words[at][0] if at < len(words) else "-"
            if name in BOOLEAN or re.match(r"-(?!\d)", following):
                value = "true"
            else:
                value = following
                at += 1
        found.append(Flag(name=name, value=_unquoted(value), index=index))
    return tuple(found), tuple(operands)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
