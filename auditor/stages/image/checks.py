# ruff: noqa: E501 - patterns
"""What must hold of an image: the thirty checks whose data stand in ``rulesets/image/checks.yaml``."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import fail, fail_at, not_applicable, nothing_found, ok
from auditor.check_data import check_data, checks_of, judges
from auditor.model.fact import Read, RunStarted
from auditor.model.finding import Confidence, Severity
from auditor.model.text import NO_TEXT, Text, literal
from auditor.stages.image.facts import (
    ImageAccount,
    ImageBase,
    ImageConfig,
    ImageDistribution,
    ImageFile,
    ImageFiles,
    ImageGroup,
    ImageHistory,
    ImageOwner,
    ImageSecret,
    ImageSignature,
    ImageTrust,
)
from auditor.stages.image.lists import lists
from auditor.stages.image.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.check import Check, Judgement
    from auditor.check_data import Judge
    from auditor.model.fact import Fact, Facts

PART_KINDS: Final = frozenset({"image"})
KEY_IN_LAYER: Final = "CRT-003"
KEY_ELSEWHERE: Final = "CRT-004"
"""Numbers of a private key in a layer, and in an environment or command line (design/sm-tls-and-keys.md §7.2)."""
_SHORT: Final = 19
"""``sha256:`` and twelve digits."""


def _now(facts: Facts) -> datetime:
    """Return when the run began; a run always says so."""
    return _time(facts.of(RunStarted)[0].at)


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00")))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _key(fact: Fact) -> tuple[str, str]:
    """Return what tells images apart: two parts of a system may hold images of one name."""
    return fact.origin.part, fact.subject


def _is_of(each: ImageAccount | ImageFile | ImageGroup | ImageSecret, image: Fact) -> bool:
    return (each.origin.part, each.image) == _key(image)


# --- configuration --------------------------------------------------------------------------------------------------


def _user(config: ImageConfig) -> str:
    """Return the user part of ``user:group``."""
    return config.user.partition(":")[0].strip()


def _accounts(facts: Facts, image: Fact) -> list[ImageAccount]:
    return [each for each in facts.of(ImageAccount) if _is_of(each, image)]


def _by_name(accounts: Iterable[ImageAccount], user: str) -> ImageAccount | None:
    """Return the account that a user of the configuration is: a name first, else a number."""
    known = list(accounts)
    named = next((account for account in known if account.name == user), None)
    return named or next((account for account in known if user.isdigit() and account.uid == int(user)), None)


@judges("image-user-not-root", reads=(ImageConfig, ImageFiles, ImageAccount))
def user_not_root(facts: Facts) -> Iterator[Judgement]:
    """Fail an image whose process starts with uid 0, however that is written."""
    files = {_key(each): each for each in facts.of(ImageFiles)}
    for config in facts.of(ImageConfig):
        user = _user(config)
        account = _by_name(_accounts(facts, config), user)
        seen = (config, files[_key(config)]) if _key(config) in files else (config,)
        number = _uid(user, account)
        if not user:
            yield fail(*seen, detail=say("image.no_user"), expected=_SOMEBODY, actual=say("image.user_absent"))
        elif number == 0 or user == "root":
            shown = f"USER {config.user}" if user in {"0", "root"} else f"USER {config.user} (uid 0)"
            yield fail(*seen, detail=say("image.user_is_root", user=user), expected=_SOMEBODY, actual=literal(shown))
        elif number is None:
            detail, shown = say("image.user_unknown", user=user), f"USER {config.user}"
            yield fail(*seen, detail=detail, expected=_SOMEBODY, actual=literal(shown))
        else:
            yield ok(config, actual=literal(f"USER {config.user}"))


_SOMEBODY: Final = literal("USER 10001:10001")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}")
_LAST_UID: Final = (1 << 31) - 1
"""A runtime takes no number beyond it (moby/sys, user.GetExecUser; containerd, oci.WithUser)."""


def _uid(user: str, account: ImageAccount | None) -> int | None:
    """Return the uid that a user of the configuration is; None if no runtime can tell.

    Docker looks for an account of that name first, be the name all digits; other runtimes take digits for the uid.
    So an account that is root under such a name counts as root.
    """
    if account is not None and account.name == user and (account.uid == 0 or not _NUMBER.fullmatch(user)):
        return account.uid
    if _NUMBER.fullmatch(user):
        return int(user) if 0 <= int(user) <= _LAST_UID else None
    return account.uid if account else None


_NO_LOGIN: Final = re.compile(r"(?:^|/)(?:nologin|false|sync|true)$")


@judges("image-user-known", reads=(ImageConfig, ImageFiles, ImageAccount))
def user_known(facts: Facts) -> Iterator[Judgement]:
    """Fail an image whose user is a name that it does not know, or has a login shell."""
    files = {_key(each): each for each in facts.of(ImageFiles)}
    for config in facts.of(ImageConfig):
        user = _user(config) or "root"
        account = _by_name(_accounts(facts, config), user)
        here = files.get(_key(config))
        if account is None and (user.isdigit() or (user == "root" and not (here and here.has_accounts))):
            yield ok(config, actual=literal(user))  # a number needs no entry and has no shell
        elif account is None:
            yield fail(config, detail=say("image.user_unknown", user=user), actual=literal(user))
        elif account.shell and not _NO_LOGIN.search(account.shell):
            yield fail(
                config, detail=say("image.user_shell", user=user, login=account.shell), actual=literal(account.shell),
                expected=literal("/usr/sbin/nologin"),
            )  # fmt: skip
        elif not account.shell:
            detail = say("image.user_shell", user=user, login="/bin/sh")  # passwd(5): an empty field means this
            yield fail(config, detail=detail, expected=literal("/usr/sbin/nologin"), actual=say("image.no_shell"))
        else:
            yield ok(config, actual=literal(account.shell))


@judges("image-base-trusted", reads=(ImageBase,))
def base_trusted(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that was built on none of the base images that are trusted."""
    for base in facts.of(ImageBase):
        if base.matched:
            yield ok(base, actual=literal(base.matched))
        else:
            yield fail(base, actual=literal(base.named or (base.layers[0] if base.layers else "")))


@judges("image-signed", reads=(ImageTrust, ImageSignature, RunStarted))
def signed(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that no trusted key has signed, where that is asked for, or where a signature is there and bad."""
    for trust in facts.of(ImageTrust):
        found = [each for each in facts.of(ImageSignature) if _key(each) == _key(trust)]
        verified = [each for each in found if each.state == "verified"]
        good = [each for each in verified if _is_in_time(each, facts)]
        if verified and not good:
            said = ", ".join(sorted({f"{each.key} {each.not_before} - {each.not_after}" for each in verified}))
            yield fail(trust, *verified, detail=say("image.certificate_expired"), actual=literal(said))
        elif good:
            yield ok(
                trust, *good, actual=literal(", ".join(sorted({f"{each.key} ({each.algorithm})" for each in good})))
            )
        elif not trust.keys:
            continue  # the gap says so
        elif found:
            said = ", ".join(sorted({f"{each.kind}: {each.state}" for each in found}))
            yield fail(trust, *found, expected=literal(", ".join(trust.keys)), actual=both(said))
        elif trust.is_asked:
            yield fail(trust, detail=say("image.unsigned"), expected=literal(", ".join(trust.keys)))


def _is_in_time(signature: ImageSignature, facts: Facts) -> bool:
    """Tell whether the certificate that holds the key is valid now; a bare key always is."""
    if not signature.not_after:
        return True
    return _time(signature.not_before) <= _now(facts) <= _time(signature.not_after)


@judges("image-recent", reads=(ImageConfig, RunStarted))
def recent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that is older than the policy allows, or whose age is unknown."""
    days = int(check_data("image").parameters("image-recent")["maximum_days"])
    for config in facts.of(ImageConfig):
        now = _now(facts)
        limit = say("image.age.expected", count=days)
        try:
            created = _time(config.created)
        except ValueError:
            shown = literal(config.created) if config.created else say("image.age.unknown")
            yield fail(config, expected=limit, actual=shown)
            continue
        age = (now - created).days
        if created.year < _FIRST_YEAR:
            yield fail(config, detail=say("image.constant_time"), expected=limit, actual=literal(config.created))
        elif age < -1:
            yield fail(config, detail=say("image.future"), expected=limit, actual=literal(config.created))
        elif age > days:
            yield fail(config, expected=limit, actual=say("image.age.actual", count=age, day=config.created[:10]))
        else:
            yield ok(config, expected=limit, actual=say("image.age.actual", count=max(age, 0), day=config.created[:10]))


_FIRST_YEAR: Final = 2013
"""Docker's first year: what claims to be older has a constant for its time (1970, 1980, 0001)."""


@judges("image-healthcheck-set", reads=(ImageConfig,))
def healthcheck_set(facts: Facts) -> Iterator[Judgement]:
    """Fail an image without a health check."""
    for config in facts.of(ImageConfig):
        test = config.healthcheck
        if test and test[0].upper() == "NONE":
            yield fail(config, detail=say("image.healthcheck_none"), actual=literal("HEALTHCHECK NONE"))
        elif not any(word.strip() for word in (test[1:] if test[:1] in {("CMD",), ("CMD-SHELL",)} else test)):
            yield fail(config, detail=say("image.no_healthcheck"))  # none, or one that runs nothing
        else:
            yield ok(config, actual=literal(" ".join(test)[:200]))


_UPDATE: Final = re.compile(
    r"\b(?:apt-get|apt|aptitude)\s+(?:-\S+\s+(?:\S+=\S+\s+)?)*update\b|\bapk\s+(?:-\S+\s+)*update\b"
    r"|\b(?:yum|dnf|microdnf)\s+(?:-\S+\s+(?:\S+=\S+\s+)?)*(?:makecache|check-update)\b"
    r"|\bzypper\s+(?:-\S+\s+)*(?:refresh|ref)\b"
)
_SPOKEN: Final = re.compile(r"\b(?:echo|printf)\s+(?:-\S+\s+)*(?:\"[^\"`$]*\"|'[^']*')")
"""What a step prints; it is not run."""
_INSTALL: Final = re.compile(
    r"\b(?:apt-get|apt|aptitude|yum|dnf|microdnf|zypper)\s+(?:-\S+\s+(?:\S+=\S+\s+)?)*(?:install|in|upgrade|dist-upgrade|full-upgrade"
    r"|build-dep|update\s+-y|patch)\b|\bapk\s+(?:-\S+\s+)*(?:add|upgrade)\b"
)


@judges("image-update-with-install", reads=(ImageHistory,))
def update_with_install(facts: Facts) -> Iterator[Judgement]:
    """Fail an image with a step that updates package lists and installs nothing."""
    for history in facts.of(ImageHistory):
        steps = [(line, _SPOKEN.sub("echo", line)) for line in history.commands]
        bad = [line for line, run in steps if _UPDATE.search(run) and not _INSTALL.search(run)]
        yield fail(history, actual=literal(bad[0][:300])) if bad else ok(history)


_ADD: Final = re.compile(r"(?:^|#\(nop\)\s*)\s*(?i:ADD)\s+(?P<rest>.*)", re.DOTALL)
_WITHOUT_LAYER: Final = re.compile(
    r"(?i:^|#\(nop\)\s*)\s*(?:ARG|LABEL|ENV|MAINTAINER|USER|EXPOSE|VOLUME|STOPSIGNAL|SHELL|HEALTHCHECK|ONBUILD|CMD"
    r"|ENTRYPOINT)\s",
    re.IGNORECASE,
)
"""Instructions that put no file into the image: behind them, the first layer is still to come."""
_FETCHED: Final = re.compile(
    r"(?:^|\s|\")(?:https?|ftp|git|ssh)://|(?:^|\s)git@|(?:^|\s)[\w.-]+/[\w./-]+\.git(?:#|\s|$)"
)
_ARCHIVE: Final = re.compile(r"\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst|lzma)|gz|xz|bz2|zip|whl)(?=[\s\",\]]|$)")
_HASHED: Final = re.compile(r"^(?:file|dir|multi):[0-9a-f]{32,}|^[0-9a-f]{64}\s+in\s")
_CHECKSUM: Final = re.compile(r"--checksum=(?:sha256|sha512):[0-9a-f]{32,}")


@judges("image-add-not-used", reads=(ImageHistory,))
def add_not_used(facts: Facts) -> Iterator[Judgement]:
    """Fail an image with a step that fetched a URL or unpacked an archive; its base may be one archive."""
    for history in facts.of(ImageHistory):
        first = next((n for n, line in enumerate(history.commands) if not _WITHOUT_LAYER.search(line)), 0)
        bad = [line for number, line in enumerate(history.commands) if _is_bad_add(line, is_first=number == first)]
        yield fail(history, actual=literal(bad[0][:300])) if bad else ok(history)


def _is_bad_add(line: str, *, is_first: bool) -> bool:
    found = _ADD.search(line)
    if not found:
        return False
    rest = re.sub(r"\s*#\s*buildkit\s*$", "", found["rest"]).strip()
    if _FETCHED.search(rest):
        return not _CHECKSUM.search(rest)
    if is_first:
        return False  # the root file system of the base
    if _HASHED.match(rest):
        return not rest.startswith("dir:")  # the old builder keeps no name: an archive cannot be told from a file
    return bool(_ARCHIVE.search(rest))


@judges("image-config-secret-absent", reads=(ImageConfig, Read("ImageSecret", frozenset({"config"}))))
def config_secret_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each setting that looks like a secret."""
    yield from _settings(facts, "config", facts.of(ImageConfig))


@judges("image-history-secret-absent", reads=(ImageHistory, Read("ImageSecret", frozenset({"history"}))))
def history_secret_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each step of its history that holds what looks like a secret."""
    yield from _settings(facts, "history", facts.of(ImageHistory))


def _settings(facts: Facts, place: str, subjects: Iterable[ImageConfig | ImageHistory]) -> Iterator[Judgement]:
    for each in subjects:
        found = [secret for secret in facts.of(ImageSecret, place) if _is_of(secret, each)]
        for secret in found:
            bad = fail_at(
                each.subject,
                secret,
                evidence=f"{secret.subject} {secret.identity}",
                actual=say("image.masked", value=secret.masked, shape=both(secret.shape)),
            )
            yield replace(bad, aliases=(KEY_ELSEWHERE,)) if secret.shape == "key block" else bad
        if not found:
            yield nothing_found(each)


@judges("image-volumes-safe", reads=(ImageConfig,))
def volumes_safe(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that declares a volume over a folder of the system."""
    for config in facts.of(ImageConfig):
        bad = [volume for volume in config.volumes if _SYSTEM.match("/" + volume.strip("/"))]
        yield (
            fail(config, actual=literal(", ".join(bad)))
            if bad
            else ok(config, actual=literal(", ".join(config.volumes)))
        )


_SYSTEM: Final = re.compile(r"^/(?:|(?:dev|proc|sys|etc|boot|lib|lib64|usr|bin|sbin)(?:/.*)?|(?:var/)?run/(?:docker|containerd|crio).*)$")  # fmt: skip


@judges("image-reference-pinned", reads=(ImageConfig,))
def reference_pinned(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that is called ``latest``, or by a repository without a tag."""
    for config in facts.of(ImageConfig):
        bad = [name for name in config.names if _is_floating(name)]
        if bad:
            yield fail(config, actual=literal(", ".join(bad)))
        elif config.names:
            yield ok(config, actual=literal(", ".join(config.names)[:300]))
        else:
            yield not_applicable(config, reason=say("image.no_name"))


def _is_floating(name: str) -> bool:
    if "@sha256:" in name:
        return False
    last = name.rpartition("/")[2]
    if ":" in last:
        return last.endswith(":latest")
    return name == "latest" or "/" in name  # an annotation may hold the tag alone


@judges("image-ports-safe", reads=(ImageConfig,))
def ports_safe(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that serves on a forbidden port, or under 1024 beyond the list."""
    known = lists()
    for config in facts.of(ImageConfig):
        bad = [port for port in config.ports if _is_bad_port(port, known.forbidden_ports, known.low_ports)]
        yield (
            fail(config, actual=literal(", ".join(bad))) if bad else ok(config, actual=literal(", ".join(config.ports)))
        )


def _is_bad_port(port: str, forbidden: frozenset[int], allowed: frozenset[int]) -> bool:
    first, _mark, last = port.partition("/")[0].partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        return True
    numbers = range(int(first), min(int(last or first), 65535) + 1)
    return any(number in forbidden or (number < 1024 and number not in allowed) for number in numbers)  # noqa: PLR2004 - privileged


@judges("image-entrypoint-exec-form", reads=(ImageConfig,))
def entrypoint_exec_form(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that starts through a shell, or stops by a signal that nothing can catch."""
    for config in facts.of(ImageConfig):
        words = " ".join((*config.entrypoint, *config.command))[:300]
        if config.goes_through_shell:
            yield fail(config, expected=literal('["/app/start"]'), actual=literal(words))
        elif config.stop_signal.upper().removeprefix("SIG") in {"KILL", "STOP", "9", "19"}:
            yield fail(config, expected=literal("SIGTERM"), actual=literal(config.stop_signal))
        else:
            yield ok(config, actual=literal(words))


@judges("image-labels-present", reads=(ImageConfig,))
def labels_present(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that lacks a label that tells its origin."""
    for config in facts.of(ImageConfig):
        missing = [names[0] for names in lists().labels if not set(names) & set(config.labels)]
        if missing:
            yield fail(config, detail=say("image.missing_labels", names=", ".join(missing)))
        else:
            yield ok(config)


# --- files ----------------------------------------------------------------------------------------------------------


def _of(facts: Facts, trait: str, image: Fact) -> list[ImageFile]:
    return [each for each in facts.of(ImageFile, trait) if _is_of(each, image)]


def _where(file: ImageFile) -> Text:
    key = "image.layer_deleted" if file.is_deleted else "image.layer"
    return say(key, layer=file.layer, digest=file.layer_digest[:_SHORT]) if file.layer else say("image.layer", layer=0, digest="-")  # fmt: skip


def _each(
    facts: Facts,
    trait: str,
    *,
    actual: Callable[[ImageFile], Text],
    is_good: Callable[[ImageFile], bool] = lambda _file: False,
    expected: Text = NO_TEXT,
    clean: Callable[[ImageFiles], Judgement] = ok,
) -> Iterator[Judgement]:
    """Fail an image at each file of a trait that is not good."""
    for files in facts.of(ImageFiles):
        bad = [file for file in _of(facts, trait, files) if not is_good(file)]
        for file in bad:
            yield fail_at(
                files.subject,
                file,
                evidence=f"{trait} {file.what}",
                detail=_where(file),
                actual=actual(file),
                expected=expected,
            )
        if not bad:
            yield clean(files)


def _words(*texts: Text) -> Text:
    """Return several words as one value."""
    zh = " ".join(each.zh for each in texts if each.zh)
    return Text(" ".join(each.en for each in texts if each.en), _BETWEEN_CHINESE.sub("", zh))


_BETWEEN_CHINESE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def _kind(file: ImageFile) -> Text:
    """Return what kind of file it is, and its circumstances."""
    return _words(both(file.what), both(file.detail.strip()))


def _altered(file: ImageFile) -> Text:
    """Return of which package a file is, the digest that the package says, and that of the file."""
    said, _, found = file.detail.partition(" ")
    if not found:
        return literal(f"{file.what}: {file.detail}")
    return say("image.altered", package=file.what, said=said, found=found)


def _trait(name: str) -> Read:
    return Read("ImageFile", frozenset({name}))


@judges("image-tools-absent", reads=(ImageFiles, _trait("tool")))
def tools_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each compiler, debugger and network tool."""
    yield from _each(facts, "tool", actual=_kind)


@judges("image-package-manager-absent", reads=(ImageFiles, _trait("package-manager")))
def package_manager_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each package manager."""
    yield from _each(facts, "package-manager", actual=_kind)


@judges("image-distribution-supported", reads=(ImageDistribution, RunStarted))
def distribution_supported(facts: Facts) -> Iterator[Judgement]:
    """Fail an image whose distribution gets no more security updates."""
    for found in facts.of(ImageDistribution):
        if not found.id:
            yield not_applicable(found, reason=say("image.no_distribution"))
            continue
        name = found.name or f"{found.id} {found.version}"
        if found.supported_until == "rolling":
            yield ok(found, actual=literal(name))
        elif found.supported_until:
            is_over = _now(facts).date().isoformat() > found.supported_until
            text = say("image.used_until", day=found.supported_until)
            yield (
                fail(found, expected=text, actual=literal(name))
                if is_over
                else ok(found, expected=text, actual=literal(name))
            )


@judges("image-setuid-listed", reads=(ImageFiles, _trait("setuid")))
def setuid_listed(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each setuid or setgid program beyond the list."""
    allowed = lists().setuid
    yield from _each(
        facts,
        "setuid",
        actual=lambda file: literal(f"{file.what} {file.mode}"),
        is_good=lambda file: file.subject in allowed,
    )


@judges("image-capabilities-listed", reads=(ImageFiles, _trait("capability")))
def capabilities_listed(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each program with file capabilities beyond the list."""
    allowed = lists().capabilities
    yield from _each(
        facts, "capability", actual=lambda file: literal(file.what), is_good=lambda file: file.subject in allowed
    )


@judges("image-files-secret-absent", reads=(ImageFiles, _trait("secret")))
def files_secret_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each key or credential file of any layer; keys of tests, and of a package's own, less badly."""
    for judgement in _each(facts, "secret", actual=_kind, clean=nothing_found):
        first = judgement.facts[0]
        if isinstance(first, ImageFile) and first.what == "private key" and "encrypted" not in first.detail:
            judgement = replace(judgement, aliases=(KEY_IN_LAYER,))  # noqa: PLW2901 - the same, under one number more
        if isinstance(first, ImageFile) and first.detail.endswith(("(test)", "(as packaged)")):
            yield replace(judgement, severity=Severity.LOW, confidence=Confidence.LOW)
        else:
            yield judgement


@judges("image-package-sources-signed", reads=(ImageFiles, _trait("source")))
def package_sources_signed(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each source of packages whose signatures are not checked."""

    def clean(files: ImageFiles) -> Judgement:
        return ok(files) if files.sources else not_applicable(files, reason=say("image.no_sources"))

    yield from _each(
        facts, "source", actual=lambda file: literal(file.detail) if file.detail else both(file.what), clean=clean
    )


@judges("image-package-files-unaltered", reads=(ImageFiles, ImageOwner, _trait("altered")))
def package_files_unaltered(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each file that differs from what its package says."""

    def clean(files: ImageFiles) -> Judgement:
        owner = next((each for each in facts.of(ImageOwner) if _key(each) == _key(files)), None)
        if owner is None:
            return not_applicable(files, reason=say("image.no_packages"))
        return ok(files, actual=literal(f"{owner.present} / {owner.files}"))

    yield from _each(facts, "altered", actual=_altered, clean=clean)


@judges("image-sudo-absent", reads=(ImageFiles, _trait("sudo")))
def sudo_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image that holds sudo or doas."""
    yield from _each(facts, "sudo", actual=lambda file: literal(file.what))


@judges("image-caches-absent", reads=(ImageFiles, _trait("cache")))
def caches_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each cache of a package manager."""
    yield from _each(
        facts,
        "cache",
        actual=lambda file: say("image.cache", what=both(file.what), files=both(file.detail), bytes=file.size_bytes),
    )


@judges("image-passwords-set", reads=(ImageFiles, ImageAccount))
def passwords_set(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each account with an empty password."""
    for files in facts.of(ImageFiles):
        bad = [account for account in _accounts(facts, files) if account.has_empty_password]
        for account in bad:
            yield fail_at(files.subject, account, evidence=account.name, actual=say("image.empty_password"))
        if not bad and (files.has_shadow or files.has_accounts):
            yield ok(files)
        elif not bad:
            yield not_applicable(files, reason=say("image.no_shadow"))


@judges("image-accounts-unique", reads=(ImageFiles, ImageAccount, ImageGroup))
def accounts_unique(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each account that shares name or number, each second uid 0, and each group that does."""
    for files in facts.of(ImageFiles):
        accounts = _accounts(facts, files)
        groups = [group for group in facts.of(ImageGroup) if _is_of(group, files)]
        names, uids = Counter(a.name for a in accounts), Counter(a.uid for a in accounts)
        group_names, gids = Counter(g.name for g in groups), Counter(g.gid for g in groups)
        bad: list[ImageAccount | ImageGroup] = [
            each
            for each in accounts
            if names[each.name] > 1 or uids[each.uid] > 1 or (each.uid == 0 and each.name != "root") or each.uid < 0
        ]
        bad += [each for each in groups if group_names[each.name] > 1 or gids[each.gid] > 1]
        for each in bad:
            number = f"uid {each.uid}" if isinstance(each, ImageAccount) else f"gid {each.gid}"
            yield fail_at(
                files.subject, each, evidence=f"{each.name} {number}", actual=literal(f"{each.name}: {number}")
            )  # fmt: skip
        if not bad and files.has_accounts:
            yield ok(files)
        elif not bad:
            yield not_applicable(files, reason=say("image.no_accounts"))


@judges("image-leftovers-absent", reads=(ImageFiles, _trait("leftover")))
def leftovers_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each leftover of development."""
    yield from _each(facts, "leftover", actual=_kind)


@judges("image-world-writable-absent", reads=(ImageFiles, _trait("writable")))
def world_writable_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each file or folder that everybody can write to."""
    yield from _each(
        facts,
        "writable",
        actual=lambda file: _words(both(file.what), literal(file.mode)),
        expected=say("image.not_by_others"),
    )


@judges("image-model-origin-known", reads=(ImageFiles, _trait("model")))
def model_origin_known(facts: Facts) -> Iterator[Judgement]:
    """Fail an image for each pickle that no package owns, and each model file that is not what it says."""
    for files in facts.of(ImageFiles):
        models = _of(facts, "model", files)
        bad = [model for model in models if not model.is_whole or (model.what.startswith("pickle") and not model.owner)]
        for model in bad:
            detail = (
                say("image.not_by_package") if model.is_whole else say("image.bad_header", detail=both(model.detail))
            )
            yield fail_at(
                files.subject,
                model,
                evidence=f"{model.what} {model.digest}",
                detail=detail,
                actual=_words(both(model.what), literal(model.digest)),
            )
        if not bad and models:
            yield ok(
                files, actual=literal("; ".join(f"{model.subject} {model.digest[:_SHORT]}" for model in models[:20]))
            )
        elif not bad:
            yield nothing_found(files, detail=say("image.no_models"))


JUDGES: Final[tuple[Judge, ...]] = (
    user_not_root,
    user_known,
    base_trusted,
    signed,
    tools_absent,
    package_manager_absent,
    distribution_supported,
    recent,
    healthcheck_set,
    update_with_install,
    setuid_listed,
    capabilities_listed,
    add_not_used,
    config_secret_absent,
    history_secret_absent,
    files_secret_absent,
    package_sources_signed,
    package_files_unaltered,
    sudo_absent,
    volumes_safe,
    caches_absent,
    reference_pinned,
    passwords_set,
    accounts_unique,
    leftovers_absent,
    world_writable_absent,
    ports_safe,
    entrypoint_exec_form,
    labels_present,
    model_origin_known,
)


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of("image", part_kinds=PART_KINDS, judges=JUDGES)
