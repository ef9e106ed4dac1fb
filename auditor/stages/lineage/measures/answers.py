"""What spans come to, the links of answers, and the chain."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.model.fact import GapClass
from auditor.stages.lineage.chain import LINKS, Answer
from auditor.stages.lineage.measures.making import Maker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.fact import Fact, Gap


class Answers(Maker):
    """What spans come to, the links of answers, and the chain."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.traces()
        yield from self.chains()

    def traces(self) -> Iterator[Fact | Gap]:
        """Yield what spans come to before they are joined to answers."""
        found = self.got.traces
        names = ("trace-ids-invalid", "tool-calls")
        if not found.spans:
            if not self.got.ids:
                yield from self.without(names, reasons.NO_TRACES, self.given.part, "lineage.remedy.traces")
            return
        steps = [each.step for each in found.steps()]
        yield from self.measure("spans", found.spans)
        yield from self.measure("traces", len(found.by_trace))
        kinds = Counter(each.operation for each in steps if each.operation)
        yield from self.measure(
            "operations", sum(kinds.values()), sorted(f"{name}: {count}" for name, count in kinds.items())
        )
        yield from self.measure("spans-with-user", (sum(bool(each.user) for each in steps), len(steps)))
        yield from self.measure("spans-with-session", (sum(bool(each.session) for each in steps), len(steps)))
        yield from self.measure("sessions", len({each.session for each in steps if each.session}))
        yield from self.measure("retrievals", sum(each.kind == "retrieval" for each in steps))
        if found.repeated:
            yield from self.measure("spans-repeated", found.repeated)
        back = [f"{each.trace}/{each.id}" for each in steps if each.begin and each.end and each.end < each.begin]
        if back:
            yield from self.measure("negative-durations", len(back), sorted(back))
        yield from self.measure(
            "trace-ids-invalid",
            len(found.invalid) + self.got.bad_ids,
            sorted({f"{each.step.trace or '(none)'}: {each.step.problem}" for each in found.invalid}),
        )
        ids = {trace: {each.step.id for each in placed} for trace, placed in found.by_trace.items()}
        orphans = [
            f"{each.trace}/{each.id}: {each.parent}"
            for each in steps
            if each.parent and each.parent not in ids[each.trace]
        ]
        yield from self.measure("parents-missing", len(orphans), sorted(orphans))
        tools = [each for each in steps if each.kind == "tool"]
        if tools:
            lacking = Counter(f"{each.tool or each.name}: {', '.join(each.lacking)}" for each in tools if each.lacking)
            good = sum(not each.lacking for each in tools)
            open_ = len(tools) - good if self.traces_lost else 0
            yield from self.measure(
                "tool-calls",
                (good, len(tools)),
                sorted(f"{what} ({count})" for what, count in lacking.items()),
                open_,
                "lineage-tool-calls-recorded",
            )
            if good == len(tools):
                yield from self._unless_lost("tool-calls")
        else:
            uses = any(each.uses_tools for each in self.world.inventory.services) if self.world.inventory else False
            if uses:
                yield from self.measure(
                    "tool-calls",
                    (0, 1),
                    ["services use tools, and no call was recorded"],
                    1 if self.traces_lost else 0,
                    "lineage-tool-calls-recorded",
                )
            else:
                yield from self.measure("tool-calls", (0, 0))

    _link_checks: Final = {
        "user": "lineage-answers-name-user",
        "session": "lineage-answers-name-session",
        "kept": "lineage-answers-keep-prompt",
        "retrieval": "lineage-answers-name-sources",
        "source": "lineage-sources-resolve",
        "model": "lineage-answers-name-model",
    }

    def chains(self) -> Iterator[Fact | Gap]:
        """Yield the links of answers, and the chain."""
        answers = self.given.answers
        names = [*(f"link-{name}" for name in self._link_checks), "chain"]
        if not answers:
            cause = reasons.NO_ANSWERS if self.got.traces.spans else reasons.NO_TRACES
            yield from self.without(names, cause, "no span is an answer to a person", "lineage.remedy.traces")
            return
        yield from self.measure(
            "answers",
            len(answers),
            sorted(
                f"{name or 'service'}: {count}" for name, count in Counter(each.service for each in answers).items()
            ),
        )
        for link in ("user", "session"):
            yield from self._link(link, [(each, bool(each.found[link])) for each in answers])
        yield from self._link("kept", [(each, bool(each.found["prompt"] and each.found["answer"])) for each in answers])
        asked = [each for each in answers if "retrieval" in each.found]
        if asked:
            yield from self._link("retrieval", [(each, bool(each.found["retrieval"])) for each in asked])
            citing = [each for each in asked if each.cited]
            if citing and self.has_inventory:
                yield from self._link(
                    "source",
                    [(each, bool(each.found["source"])) for each in citing],
                    more=sorted({one for each in citing for one in each.unresolved}),
                )
            elif citing:
                yield from self.no_inventory(("link-source",))
            else:
                yield self.untold(
                    "link-source",
                    reasons.NOTHING_CITED,
                    "no answer names the documents that it rests on",
                    "lineage.remedy.documents",
                )
        elif self._retrieval_is_known():
            yield from self.measure("link-retrieval", (0, 0))
            yield from self.measure("link-source", (0, 0))
        else:
            yield from self.without(
                ("link-retrieval", "link-source"),
                reasons.NOT_DECLARED,
                "nobody said which services use retrieval",
                "lineage.remedy.services",
            )
        yield from self._link("model", [(each, bool(each.found["model"])) for each in answers])
        yield from self._chain()

    def _retrieval_is_known(self) -> bool:
        declared = {each.id for each in self.world.inventory.services} if self.world.inventory else set()
        return {each.service for each in self.given.answers} <= declared

    def _link(self, name: str, pairs: list[tuple[Answer, bool]], more: Iterable[str] = ()) -> Iterator[Fact | Gap]:
        good = sum(is_there for _answer, is_there in pairs)
        lacking = [f"{each.service or 'service'} {each.trace}" for each, is_there in pairs if not is_there]
        items = [*(f"document {one}" for one in more), *sorted(lacking)]
        yield from self.measure(
            f"link-{name}", (good, len(pairs)), items, len(lacking) if self.traces_lost else 0, self._link_checks[name]
        )
        if not lacking:
            yield from self._unless_lost(f"link-{name}")

    def _unless_lost(self, name: str) -> Iterator[Gap]:
        """Yield a gap where all that was read is good and not all was read: what was lost may hold another answer."""
        if self.traces_lost:
            detail = "all that was read is whole; not all traces were read"
            yield self.untold(name, reasons.UNDETERMINED, detail, "lineage.remedy.read", GapClass.LOST)

    def _chain(self) -> Iterator[Fact | Gap]:
        answers = self.given.answers
        whole = sum(each.is_complete for each in answers)
        first = Counter(each.first_missing for each in answers if not each.is_complete)
        services = Counter(each.service for each in answers)
        good = Counter(each.service for each in answers if each.is_complete)
        items = [
            *(f"first missing {link}: {count}" for link, count in sorted(first.items())),
            *(f"{name or 'service'}: {good[name]}/{count}" for name, count in sorted(services.items())),
        ]
        yield from self.measure(
            "chain",
            (whole, len(answers)),
            items,
            len(answers) - whole if self.traces_lost else 0,
            "lineage-chains-complete",
        )
        if whole == len(answers):
            yield from self._unless_lost("chain")
        missing = Counter(link for each in answers for link in each.missing)
        yield from self.measure(
            "chain-missing", sum(missing.values()), sorted(f"{link}: {count}" for link, count in missing.items())
        )
        example = min(answers, key=lambda each: (-len(each.missing), each.trace))
        shown = [f"{example.service} | {example.trace} | {example.file} | {example.offset}"]
        for number, name in enumerate(LINKS, 1):
            state = "not due" if name not in example.found else "present" if example.found[name] else "missing"
            shown.append(f"L{number} | {name} | {state} | {example.found.get(name, '')}")
        yield from self.measure("chain-example", len(shown) - 1, shown)
