# ruff: noqa: E501 - tables of patterns
"""Reads images: their configuration, every file of every layer, and the signatures that lie with them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.masking import mask_arguments, mask_text
from auditor.model.fact import Fact, Facts, Gap, GapClass, Origin
from auditor.model.progress import Progress, Tally
from auditor.stages.image import secrets
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
from auditor.stages.image.kept import key_of, packed, unpacked
from auditor.stages.image.layout import ImageError, open_image, place
from auditor.stages.image.lists import lists
from auditor.stages.image.packages import actual, altered, more_digests, read_packages
from auditor.stages.image.reading import Reading, digested, package_format, read_layers, shown
from auditor.stages.image.scan import NOTABLE_LIMIT, Scan
from auditor.stages.image.signatures import signatures
from auditor.stages.image.texts import say
from auditor.stages.kubernetes.facts import KubeObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.formats.public_keys import PublicKey
    from auditor.model.system import Part, System
    from auditor.stages.image.kept import Cache
    from auditor.stages.image.layout import Image, Opened
    from auditor.stages.image.lists import Lists
    from auditor.stages.image.packages import Packages

STAGE: Final = "image"
TEXT_LIMIT: Final = 2000
"""Characters of a command or name that are kept."""
HISTORY_LIMIT: Final = 500
_OF_FILES: Final = (ImageFiles, ImageDistribution)
_OF_CONFIG: Final = (ImageConfig, ImageHistory, ImageBase, ImageTrust)
_BASE_DIGEST: Final = "org.opencontainers.image.base.digest"
_KEPT_LABELS: Final = (
    "org.opencontainers.image.base.",
    "org.opencontainers.image.version",
    "org.opencontainers.image.ref",
)
_INSECURE: Final = (
    (re.compile(r"(?im)^[ \t]*(?:deb|deb-src)\s+\[[^\]]*\b(?:trusted|allow-insecure)\s*=\s*yes"), "trusted=yes"),
    (re.compile(r"(?im)^[ \t]*(?:Trusted|Allow-Insecure)\s*:\s*yes"), "Trusted: yes"),
    (re.compile(r"(?im)^[^#/\n]*(?:AllowUnauthenticated|AllowInsecureRepositories|AllowWeakRepositories)\s+\"?(?:true|yes|1)"), "unauthenticated packages"),
    (re.compile(r"(?im)^[ \t]*Acquire::https?::[^\n]*Verify-Peer\s+\"?(?:false|no|0)"), "certificates unverified"),
    (re.compile(r"(?im)^[ \t]*(?:repo_)?gpgcheck\s*=\s*(?:0|no|false)"), "gpgcheck=0"),
    (re.compile(r"(?im)^[ \t]*sslverify\s*=\s*(?:0|no|false)"), "sslverify=0"),
    (re.compile(r"(?im)^[ \t]*trusted-host\s*=\s*\S"), "trusted-host"),
    (re.compile(r"(?im)^[ \t]*(?:extra-)?index-url\s*=\s*http://(?!localhost|127\.)"), "index without TLS"),
    (re.compile(r"(?im)^[ \t]*strict-ssl\s*=\s*false"), "strict-ssl=false"),
    (re.compile(r"(?im)^[ \t]*ssl_verify\s*:\s*(?:false|no)"), "ssl_verify: false"),
)  # fmt: skip
_SOURCES: Final = re.compile(
    r"^etc/apt/|^etc/apk/repositories$|\.repo$|pip\.conf$|npmrc$|\.condarc$|yum\.conf$|dnf\.conf$"
)
_PACK: Final = re.compile(r"\bLTS(?:-SP\d{1,2})?\b", re.IGNORECASE)
"""As openEuler names a service pack: ``22.03 (LTS-SP3)``."""
_DISTRIBUTIONS: Final = ("etc/os-release", "usr/lib/os-release")
_SECRET_DIGEST: Final = 24
PACKAGED: Final = " (as packaged)"
"""Behind the detail of a key that a package brought as it is: whoever has the package has the key, so it guards nothing."""


class Keys(Protocol):
    """Gives the trusted keys of a part."""

    def __call__(self, part: Part) -> tuple[PublicKey, ...]:
        """Return the keys; none if none are named."""


@dataclass(frozen=True)
class ImageStage:
    """Observes images.

    Attributes:
        keys: Gives the keys that signatures are verified with.
        lists: Gives the lists to compare with.
        cache: Keeps what a pass over the files gave.
    """

    keys: Keys = lambda _part: ()
    lists: Callable[[], Lists] = lists
    cache: Cache | None = None
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"image"})
    reads: tuple[type[Fact], ...] = (KubeObject,)
    yields: tuple[type[Fact], ...] = (
        ImageConfig,
        ImageHistory,
        ImageBase,
        ImageTrust,
        ImageSignature,
        ImageSecret,
        ImageFiles,
        ImageFile,
        ImageDistribution,
        ImageAccount,
        ImageGroup,
        ImageOwner,
    )

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        """Yield what each image of each part holds, and a gap for what cannot be seen."""
        given: list[Image] = []
        for part in system.of("image"):
            try:
                opened = open_image(place(part.where, part.base), str(part.options.get("platform", "")))
            except (ImageError, OSError) as problem:
                reason = problem.reason if isinstance(problem, ImageError) else reasons.CANNOT_BE_READ
                yield from _all_lost(part, part.argument, (*_OF_CONFIG, *_OF_FILES), reason, str(problem))
                continue
            for reason, detail in opened.problems:
                yield from _all_lost(part, "another image", (*_OF_CONFIG, *_OF_FILES), reason, detail)
            for image in opened.images:
                given.append(image)
                yield from self._image(part, opened, image)
        yield from _not_given(known, given)

    def _image(self, part: Part, opened: Opened, image: Image) -> Iterator[object]:
        if image.root is not None:
            yield from _all_lost(
                part, image.label, _OF_CONFIG, reasons.NO_CONFIGURATION, "an unpacked root file system", "config"
            )
        elif image.problems:
            for reason, detail in image.problems:
                yield from _all_lost(part, image.label, _OF_CONFIG, reason, detail)
        else:
            yield from _config(part, image, self.lists())
            yield from self._trust(part, opened, image)
        yield from self._files(part, image)

    def _files(self, part: Part, image: Image) -> Iterator[object]:
        """Yield what the files hold, from the pass over the same bytes in an earlier run where there was one."""
        key = key_of(image) if self.cache is not None else ""
        if key and self.cache is not None:
            earlier = unpacked(kept, part) if (kept := self.cache.get_many([key]).get(key)) else []
            if earlier:
                yield Tally(reused=1, observed=0)
                yield from earlier
                return
        form = package_format(image)
        scan = Scan(self.lists(), is_sparing=form in {"dpkg", "apk"})
        reading = Reading(extra="sha1" if form == "apk" else "", has_md5=form not in {"apk", "rpm"})
        for number in read_layers(image, scan, reading):
            yield Progress(doing=image.label, done=len(image.layers) - number + 1, total=max(1, len(image.layers)))
        found = list(_Files(part, image, scan, reading, self.lists()).all())
        if key and self.cache is not None and not (reading.problems or scan.lost) and (data := packed(found)):
            self.cache.put_many({key: data})
        yield Tally(reused=0, observed=1)
        yield from found

    def _trust(self, part: Part, opened: Opened, image: Image) -> Iterator[object]:
        keys = self.keys(part)
        found = list(signatures(image, opened.attachments, keys, part.argument)) if image.manifest else []
        is_asked = bool(part.options.get("signed"))
        yield from found
        yield ImageTrust(
            subject=image.label,
            origin=Origin(part=part.argument),
            is_asked=is_asked,
            keys=tuple(sorted(key.name for key in keys)),
            signatures=len(found),
        )
        if not image.manifest:
            detail = "this form of archive keeps neither manifest nor signatures"
            yield _gap(part, ImageTrust, image.label, reasons.NO_MANIFEST, detail, "copy")
        elif not keys:
            yield _gap(
                part, ImageTrust, image.label, reasons.NO_KEYS_GIVEN, f"{len(found)} signatures lie with it", "keys"
            )
        elif not found and not is_asked:
            yield _gap(part, ImageTrust, image.label, reasons.UNSIGNED, "no policy asks for a signature", "keys")


_CLASSES: Final = {
    reasons.NO_KEYS_GIVEN: GapClass.MISSING,
    reasons.UNSIGNED: GapClass.MISSING,
    reasons.NO_TRUSTED_BASE_GIVEN: GapClass.MISSING,
    reasons.END_OF_LIFE_UNKNOWN: GapClass.MISSING,
    reasons.NO_CONFIGURATION: GapClass.OUT_OF_REACH,
    reasons.NO_MANIFEST: GapClass.OUT_OF_REACH,
    reasons.NO_HISTORY: GapClass.OUT_OF_REACH,
    reasons.FORMAT_NOT_READ: GapClass.OUT_OF_REACH,
}


def _not_given(known: Facts, given: list[Image]) -> Iterator[Gap]:
    """Yield a gap for each image that the cluster of the system runs and that nobody gave."""
    names = {_short(name) for image in given for name in image.names}
    digests = {image.manifest for image in given if image.manifest}
    told: set[str] = set()
    for each in known.of(KubeObject):
        for reference in _references(each.manifest):
            digest = reference.partition("@")[2]
            if reference in told or digest in digests or (not digest and _short(reference) in names):
                continue
            told.add(reference)
            yield Gap(
                stage=STAGE,
                target=each.origin.part,
                kind=ImageConfig.__name__,
                subject=shown(reference)[:TEXT_LIMIT],
                reason=reasons.IMAGE_NOT_GIVEN,
                detail=f"{each.subject} runs it",
                remedy=say("image.remedy.given"),
                gap_class=GapClass.MISSING,
            )


def _short(reference: str) -> str:
    """Return repository and tag without the registry and its folders."""
    return reference.partition("@")[0].rpartition("/")[2]


def _references(manifest: object) -> Iterator[str]:
    """Yield the images that containers of an object name, wherever its pod template stands."""
    todo = [manifest]
    for _step in range(100_000):
        if not todo:
            return
        value = todo.pop()
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if key in _CONTAINERS and isinstance(inner, list | tuple):
                    rows = (row.get("image") for row in inner if isinstance(row, Mapping))
                    yield from (image for image in rows if isinstance(image, str) and image)
                elif isinstance(inner, Mapping | list | tuple):
                    todo.append(inner)
        elif isinstance(value, list | tuple):
            todo.extend(value)


_CONTAINERS: Final = frozenset({"containers", "initContainers", "ephemeralContainers"})


def _gap(
    part: Part, kind: type[Fact], subject: str, reason: reasons.Reason, detail: str, remedy: str, topic: str = ""
) -> Gap:
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=kind.__name__,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=shown(detail)[:500],
        remedy=say(f"image.remedy.{remedy}"),
        gap_class=_CLASSES.get(reason, GapClass.LOST),
    )


def _all_lost(
    part: Part, subject: str, kinds: tuple[type[Fact], ...], reason: reasons.Reason, detail: str, remedy: str = "copy"
) -> Iterator[Gap]:
    remedy = "place" if reason in {reasons.NO_IMAGE, reasons.NO_SUCH_PATH, reasons.NO_REGULAR_FILE} else remedy
    for kind in kinds:
        yield _gap(part, kind, subject, reason, detail, remedy)


def _words(value: object) -> tuple[str, ...]:
    """Return the words of an exec form, or the one line of a shell form."""
    if isinstance(value, str):
        return (_text(value),) if value else ()
    given = [shown(str(word))[:TEXT_LIMIT] for word in value[:100]] if isinstance(value, list) else []
    return tuple(mask_arguments(given))


def _text(text: str) -> str:
    """Return a text as it may be kept."""
    return mask_text(shown(text)[:TEXT_LIMIT])


def _mapping(value: object) -> dict[str, object]:
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def _config(part: Part, image: Image, known: Lists) -> Iterator[object]:
    """Yield what the configuration says."""
    origin = Origin(part=part.argument, pointer="/config")
    said = _mapping(image.config.get("config"))
    labels = {name: value for name, value in _mapping(said.get("Labels")).items() if isinstance(value, str)}
    given = said.get("Env")
    env = [str(each) for each in given] if isinstance(given, list) else []
    entrypoint, command = _words(said.get("Entrypoint")), _words(said.get("Cmd"))
    health = _mapping(said.get("Healthcheck")).get("Test")
    user = said.get("User")
    yield ImageConfig(
        subject=image.label,
        origin=origin,
        manifest=image.manifest,
        config=image.config_digest,
        names=tuple(shown(name)[:TEXT_LIMIT] for name in image.names),
        created=str(image.config.get("created") or "")[:100],
        user=shown(user)[:200] if isinstance(user, str) else "",
        env=tuple(sorted({_text(each.partition("=")[0]) for each in env})),
        entrypoint=entrypoint,
        command=command,
        goes_through_shell=_is_shell(entrypoint) or _is_shell(command),
        healthcheck=_words(health),
        volumes=tuple(sorted(_text(name) for name in _mapping(said.get("Volumes")))),
        ports=tuple(sorted(_text(name) for name in _mapping(said.get("ExposedPorts")))),
        labels=tuple(sorted(_text(name) for name, value in labels.items() if value.strip())),
        label_values=tuple(
            sorted((_text(name), _text(value)) for name, value in labels.items() if name.startswith(_KEPT_LABELS))
        ),
        stop_signal=_text(str(said.get("StopSignal") or "")),
        layers=tuple(layer.diff_id for layer in image.layers),
    )
    yield from _secrets(part, image, env, labels, said, known)
    yield from _history(part, image)
    yield from _base(part, image, labels, known)


_SHELLS: Final = re.compile(r"^(?:/(?:usr/)?bin/)?(?:ba|da|a|z|k)?sh$")
_BEFORE: Final = re.compile(
    r"^(?:/\S*/)?(?:tini|tini-static|dumb-init|docker-init|catatonit|env|busybox|exec|setpriv|gosu|su-exec|nice)$"
)
"""Programs that run the command behind them."""
_WITH_VALUE: Final = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})
"""Options of shells that take the next word."""


def _is_shell(words: tuple[str, ...]) -> bool:
    """Tell whether a command goes through a shell with variables in it, or is a line for a shell."""
    if len(words) == 1 and " " in words[0].strip():
        return True
    start = 0
    if words and _BEFORE.match(words[0]):
        start = next((n for n, word in enumerate(words) if _SHELLS.match(word)), 0)
    if not words or not _SHELLS.match(words[start]):
        return False
    options = iter(words[start + 1 : -1])  # behind -c stands the line
    for word in options:
        if re.fullmatch(r"-[A-Za-z]*c[A-Za-z]*", word):
            return True
        if not word.startswith(("-", "+")):
            return False  # a script
        if word in _WITH_VALUE:
            next(options, "")
    return False


def _secrets(
    part: Part, image: Image, env: list[str], labels: Mapping[str, str], said: Mapping[str, object], known: Lists
) -> Iterator[ImageSecret]:
    """Yield what looks like a secret in variables, labels, commands and history."""
    settings = [("Env", *each.partition("=")[::2]) for each in env]
    settings += [("Labels", name, text) for name, text in labels.items()]
    for place_, name, text in settings:
        found = secrets.in_setting(name, text, known.public_variables)
        if found:
            yield _secret(part, image, "config", f"{place_} {shown(name)[:200]}", found)
    for key in ("Entrypoint", "Cmd", "Shell"):
        value = said.get(key)
        words = [str(word) for word in value] if isinstance(value, list) else [value] if isinstance(value, str) else []
        found = secrets.in_line(" ".join(words)[:100_000])
        if found:
            yield _secret(part, image, "config", key, found)
    found = secrets.in_line(" ".join(_words(_mapping(said.get("Healthcheck")).get("Test"))))
    if found:
        yield _secret(part, image, "config", "Healthcheck", found)
    for number, line in enumerate(_commands(image), 1):
        found = secrets.in_line(line[:100_000])
        if found:
            yield _secret(part, image, "history", f"history {number}", found)


def _secret(part: Part, image: Image, place_: str, subject: str, found: secrets.Found) -> ImageSecret:
    return ImageSecret(
        subject=_text(subject),
        origin=Origin(part=part.argument, pointer="/history" if place_ == "history" else "/config"),
        image=image.label,
        place=place_,
        shape=found.shape,
        masked=shown(found.masked)[:TEXT_LIMIT],
        identity=hashlib.sha256(found.value.encode("utf-8", "surrogatepass")).hexdigest()[:_SECRET_DIGEST],
    )


def _commands(image: Image) -> list[str]:
    rows = image.config.get("history")
    found = []
    for row in rows[:HISTORY_LIMIT] if isinstance(rows, list) else []:
        said = _mapping(row)
        texts = [said.get("created_by"), said.get("comment")]
        found.append(" ".join(text for text in texts if isinstance(text, str)))
    return found


def _history(part: Part, image: Image) -> Iterator[object]:
    rows = image.config.get("history")
    commands = [_mapping(row).get("created_by") for row in rows] if isinstance(rows, list) else []
    texts = [text for text in commands if isinstance(text, str)]
    if not any(texts):
        yield _gap(part, ImageHistory, image.label, reasons.NO_HISTORY, "the configuration tells no steps", "history")
        return
    if len(texts) > HISTORY_LIMIT:
        yield _gap(part, ImageHistory, image.label, reasons.TOO_LARGE, f"more than {HISTORY_LIMIT} steps", "copy")
    yield ImageHistory(
        subject=image.label,
        origin=Origin(part=part.argument, pointer="/history"),
        commands=tuple(_text(text) for text in texts[:HISTORY_LIMIT]),
    )


def _base(part: Part, image: Image, labels: Mapping[str, str], known: Lists) -> Iterator[object]:
    option = part.options.get("trusted_base")
    given = [str(each) for each in option] if isinstance(option, list | tuple) else []
    chains = [*known.chains, *(tuple(each.split()) for each in given)]
    digests = known.base_digests | {
        each for each in given if " " not in each
    }  # of a manifest, or of a base of one layer
    if not chains and not digests:
        yield _gap(
            part, ImageBase, image.label, reasons.NO_TRUSTED_BASE_GIVEN, "no list of trusted base images", "base"
        )
        return
    layers = tuple(layer.diff_id for layer in image.layers)
    chain = next((each for each in chains if each and layers[: len(each)] == each), ())
    named = labels.get(_BASE_DIGEST, "")
    yield ImageBase(
        subject=image.label,
        origin=Origin(part=part.argument, pointer="/rootfs/diff_ids"),
        named=_text(named),
        matched=chain[-1] if chain else named if named in digests else "",
        layers=layers,
    )


@dataclass
class _Files:
    """Turns what a pass kept into facts."""

    part: Part
    image: Image
    scan: Scan
    reading: Reading
    known: Lists
    digests: Mapping[str, Reading] = field(default_factory=dict)

    def all(self) -> Iterator[object]:
        """Yield facts and gaps."""
        label = self.image.label
        for reason, detail in self.reading.problems:
            yield _gap(self.part, ImageFiles, label, reason, detail, "copy")
        for reason, detail in self.scan.lost:
            yield _gap(self.part, ImageFiles, label, reason, detail, "limit")
        packages = read_packages(self.scan.kept, self.reading)
        self.digests = more_digests(packages, self.image, self.reading)
        yield self._counts(packages)
        yield from self._notable(packages)
        yield from self._sources()
        yield from self._altered(packages)
        yield from self._accounts()
        yield from self._distribution(packages)

    def _origin(self, path: str) -> Origin:
        return Origin(part=self.part.argument, file=shown(path))

    def _counts(self, packages: Packages) -> ImageFiles:
        kinds = [entry.kind for entry in self.reading.table.values()]
        return ImageFiles(
            subject=self.image.label,
            origin=Origin(part=self.part.argument),
            layers=len(self.image.layers),
            entries=self.reading.entries,
            files=kinds.count("file"),
            folders=kinds.count("folder"),
            links=kinds.count("link"),
            bytes=self.scan.total_bytes,
            has_package_database=packages.has_dpkg or bool(packages.promises or packages.unread),
            has_accounts="etc/passwd" in self.reading.table,
            has_shadow="etc/shadow" in self.reading.table,
            package_files=len(packages.promises),
            sources=sum(bool(_SOURCES.search(path)) for path in self.scan.kept),
        )

    def _notable(self, packages: Packages) -> Iterator[object]:
        as_packaged = self._as_packaged(packages)
        count: dict[str, int] = {}
        told: set[tuple[str, str]] = set()
        found = [each for rows in self.scan.notable.values() for each in rows]
        for each in sorted((*self.scan.secrets, *found), key=lambda row: (row.path, row.trait, -row.layer)):
            if each.trait == "tool" and each.detail and not self._leads_somewhere(each.path):
                continue
            if (each.trait, each.path) in told and each.trait == "secret":
                continue
            told.add((each.trait, each.path))
            count[each.trait] = count.get(each.trait, 0) + 1
            if count[each.trait] > NOTABLE_LIMIT:
                continue
            yield ImageFile(
                subject=shown(each.path),
                origin=self._origin(each.path),
                image=self.image.label,
                trait=each.trait,
                what=each.what,
                mode=f"{each.mode:04o}",
                size_bytes=each.size,
                digest=f"sha256:{each.digest.hex()}" if each.digest else "",
                layer=each.layer,
                layer_digest=self.reading.layer_digests.get(each.layer, ""),
                is_deleted=each.is_deleted,
                is_whole=each.is_whole,
                owner=packages.owners.get(each.path, ""),
                detail=shown(each.detail)[:500]
                + (PACKAGED if each.path in as_packaged and not each.is_deleted else ""),
            )
        for (trait, what, folder), (files, size, layer) in sorted(self.scan.folders.items()):
            if files:
                yield ImageFile(
                    subject=shown(folder),
                    origin=self._origin(folder),
                    image=self.image.label,
                    trait=trait,
                    what=what,
                    size_bytes=size,
                    layer=layer,
                    layer_digest=self.reading.layer_digests.get(layer, ""),
                    detail=f"{files} files",
                )
        for trait, number in count.items():
            if number > NOTABLE_LIMIT:
                detail = f"{number} files of the kind {trait}, {NOTABLE_LIMIT} are listed"
                yield _gap(self.part, ImageFiles, self.image.label, reasons.TOO_MANY_FILES, detail, "limit")

    def _as_packaged(self, packages: Packages) -> frozenset[str]:
        """Return the files with a secret that are, to the byte, what a package published to everybody."""
        paths = {each.path for each in self.scan.secrets if not each.is_deleted}
        return frozenset(
            promise.path
            for promise in packages.promises
            if promise.path in paths and actual(promise, self.digests) == promise.digest
        )

    def _leads_somewhere(self, path: str) -> bool:
        return self.reading.resolve(path) in self.reading.table

    def _sources(self) -> Iterator[ImageFile]:
        for path, data in sorted(self.scan.kept.items()):
            if not _SOURCES.search(path):
                continue
            text = data.decode("utf-8", "replace")
            for pattern, what in _INSECURE:
                match = pattern.search(text)
                if match:
                    yield ImageFile(
                        subject=shown(path),
                        origin=Origin(
                            part=self.part.argument,
                            file=shown(path),
                            line=text.count("\n", 0, match.end()) + 1,
                        ),
                        image=self.image.label,
                        trait="source",
                        what=what,
                        layer=self.reading.table[path].layer,
                        detail=_text(match[0].strip()),
                    )
                    break

    def _altered(self, packages: Packages) -> Iterator[object]:
        for path in packages.unread:
            detail = f"{path}: its digests are not read here"
            yield _gap(self.part, ImageOwner, self.image.label, reasons.FORMAT_NOT_READ, detail, "rpm")
        if packages.promises:
            yield ImageOwner(
                subject=self.image.label,
                origin=Origin(part=self.part.argument),
                files=len(packages.promises),
                present=sum(promise.path in self.reading.table for promise in packages.promises),
            )
        if not packages.promises:
            return
        found_altered = list(altered(packages, self.digests))
        whole = self.reading
        if any(not whole.table[promise.path].sha256 for promise, _found in found_altered):
            whole = digested(self.image, "sha256")
        for promise, found in found_altered:
            entry = self.reading.table[promise.path]
            yield ImageFile(
                subject=shown(promise.path),
                origin=self._origin(promise.path),
                image=self.image.label,
                trait="altered",
                what=shown(promise.package),
                mode=f"{entry.mode:04o}",
                size_bytes=entry.size,
                digest=f"sha256:{whole.digest(whole.table[promise.path], 'sha256')}",
                layer=entry.layer,
                layer_digest=self.reading.layer_digests.get(entry.layer, ""),
                owner=shown(promise.package),
                detail=f"{promise.algorithm}:{promise.digest} {promise.algorithm}:{found}",
            )

    def _accounts(self) -> Iterator[object]:
        shadow = {
            words[0]: words[1]
            for line in self._lines("etc/shadow")
            if len(words := line.split(":")) > 1
        }  # fmt: skip
        names: dict[str, int] = {}
        for number, line in enumerate(self._lines("etc/passwd"), 1):
            words = line.split(":")
            if len(words) < 4 or not words[0]:  # noqa: PLR2004 - name, password, uid, gid
                continue
            name = shown(words[0])[:100]
            names[name] = names.get(name, 0) + 1
            password = shadow.get(words[0], "!") if words[1] == "x" else words[1]
            yield ImageAccount(
                subject=f"{self.image.label}: {name}" + (f" #{names[name]}" if names[name] > 1 else ""),
                origin=Origin(part=self.part.argument, file="etc/passwd", line=number),
                image=self.image.label,
                name=name,
                uid=_id(words[2]),
                gid=_id(words[3]),
                shell=shown(words[6])[:200] if len(words) > 6 else "",  # noqa: PLR2004 - the seventh field
                has_empty_password=not password,
            )
        groups: dict[str, int] = {}
        for number, line in enumerate(self._lines("etc/group"), 1):
            words = line.split(":")
            if len(words) < 3 or not words[0]:  # noqa: PLR2004 - name, password, gid
                continue
            name = shown(words[0])[:100]
            groups[name] = groups.get(name, 0) + 1
            yield ImageGroup(
                subject=f"{self.image.label}: {name}" + (f" #{groups[name]}" if groups[name] > 1 else ""),
                origin=Origin(part=self.part.argument, file="etc/group", line=number),
                image=self.image.label,
                name=name,
                gid=_id(words[2]),
            )

    def _lines(self, path: str) -> list[str]:
        real = path if path in self.scan.kept else self.reading.resolve(path)
        return self.scan.kept.get(real, b"").decode("utf-8", "surrogateescape").splitlines()[:100_000]

    def _distribution(self, packages: Packages) -> Iterator[object]:
        text = next((lines for path in _DISTRIBUTIONS if (lines := self._lines(path))), [])
        said = os_release(text)
        name, version = said.get("ID", "").lower(), said.get("VERSION_ID", "")
        pack = _PACK.search(said.get("VERSION", ""))
        until = self.known.supported_until(name, version, pack[0].lower() if pack else "") if name else ""
        yield ImageDistribution(
            subject=self.image.label,
            origin=self._origin("etc/os-release"),
            id=name,
            version=version,
            name=_text(said.get("PRETTY_NAME", "")),
            supported_until=until,
        )
        if name and not until:
            detail = " ".join((name, version or "without a version", *([pack[0]] if pack else [])))
            yield _gap(self.part, ImageDistribution, self.image.label, reasons.END_OF_LIFE_UNKNOWN, detail, "release")
        elif not name and (packages.has_dpkg or packages.unread or packages.owners):
            detail = "packages, but no os-release"
            yield _gap(self.part, ImageDistribution, self.image.label, reasons.DISTRIBUTION_UNKNOWN, detail, "release")


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1  # noqa: PLR2004 - 32 bits


def os_release(lines: list[str]) -> dict[str, str]:
    """Read ``os-release`` (freedesktop.org, os-release(5)): assignments of a shell, quotes and backslashes resolved."""
    found: dict[str, str] = {}
    for line in lines[:1000]:
        name, mark, value = line.strip().partition("=")
        if not mark or not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            continue
        plain = value.strip()
        if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
            plain = plain[1:-1]
        found[name] = shown(re.sub(r"\\(.)", r"\1", plain))[:200]
    return found
