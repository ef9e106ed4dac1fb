"""Spark in local mode counts what DuckDB and the path without an engine count: samples, obstacles, a volume.

One session for all of it: starting one takes longer than what is asked of it.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ToolError
from auditor.stages.auditlog import typed
from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.people import People
from auditor.tools import sql
from tests.unit.stages.auditlog import test_typed as rows
from tests.unit.stages.auditlog.looking import DATA
from tests.unit.stages.auditlog.test_engine import NOW, OBSTACLES, generated, plainly, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from auditor.stages.auditlog.tally import Tally

DUCK = LogEngine(partial(sql.opened, sql.Settings(threads=1)))
VOLUME = 8_000
"""Lines of the volume; `benchmarks/auditlog.py` takes a gigabyte."""


@pytest.fixture(scope="module")
def spark() -> Iterator[LogEngine]:
    settings = sql.Settings(
        spark_master="local[2]",
        spark={"spark.driver.memory": "1g", "spark.sql.shuffle.partitions": "2", "spark.log.level": "ERROR"},
    )
    with sql.opened(settings) as opened:
        yield LogEngine(lambda: contextlib.nullcontext(opened), typed.TypedRows(rows.here, 2))


@pytest.mark.tool("spark")
def test_the_driver_of_a_local_engine_listens_to_this_machine_alone(spark: LogEngine) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - where Spark is there

    session = SparkSession.getActiveSession()

    assert spark
    assert session is not None
    assert {session.conf.get(f"spark.driver.{name}") for name in ("host", "bindAddress")} == {"127.0.0.1"}
    assert session.conf.get("spark.ui.enabled") == "false"
    assert session.conf.get("spark.sql.session.timeZone") == "UTC"


def counted(engine: LogEngine, *paths: Path) -> Tally:
    found = engine.tally(list(paths), [each.name for each in paths], People(None), NOW, "")
    assert found is not None
    return found.tally


def in_order_of(one: Tally, other: Tally) -> None:
    """Spark keeps no order: what rests on it is left out, and said not to be known."""
    assert not one.order_known
    one.steps_back, one.ordered = other.steps_back, other.ordered


@pytest.mark.tool("spark")
def test_everything_that_goes_wrong_in_logs_counts_alike(spark: LogEngine, tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join(generated(1)) + "\n")

    by_spark, by_duck, plain = counted(spark, path), counted(DUCK, path), plainly(path)

    in_order_of(by_spark, by_duck)
    same(by_spark, by_duck)
    same(by_duck, plain)


@pytest.mark.tool("spark")
@pytest.mark.parametrize("name", ["audit2rbac-demo.ndjson", "falco-rbac-exec.ndjson"])
def test_samples_count_alike(spark: LogEngine, name: str) -> None:
    path = DATA / "samples/k8s" / name
    taken = spark.tally([path], [name], People(None), NOW, "")
    other = DUCK.tally([path], [name], People(None), NOW, "")

    # what one hands back to the path without an engine, the other does, too
    assert (taken is None) == (other is None)
    if taken is not None and other is not None:
        in_order_of(taken.tally, other.tally)
        same(taken.tally, other.tally)


@pytest.mark.tool("spark")
def test_volume_in_several_files_counts_alike(spark: LogEngine, tmp_path: Path) -> None:
    lines = [line for seed in range(VOLUME // 400) for line in generated(seed)]
    paths = []
    for number in range(4):
        paths.append(tmp_path / f"audit-{number}.log")
        paths[-1].write_text("\n".join(lines[number::4]) + "\n")

    by_spark, by_duck = counted(spark, *paths), counted(DUCK, *paths)

    in_order_of(by_spark, by_duck)
    same(by_spark, by_duck)
    assert by_spark.records > VOLUME * 0.9


WRITTEN: dict[str, tuple[Callable[[], Iterable[str]], dict[str, Any]]] = {
    "vault": (lambda: rows.vault(1), {}),
    "postgresql": (lambda: rows.postgresql(1), {"zone": "Asia/Shanghai"}),
    "auditd": (lambda: rows.auditd(1), {}),
    "application": (lambda: rows.application(1), {"form": "json", "mapping": rows.MAP}),
}


@pytest.mark.tool("spark")
@pytest.mark.parametrize("form", sorted(WRITTEN))
def test_typed_rows_of_each_format_count_alike(spark: LogEngine, tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.log"
    lines, how = WRITTEN[form]
    path.write_text("\n".join(lines()) + "\n")

    rows.agree(path, engine=spark, **how)


@pytest.mark.tool("spark")
@pytest.mark.parametrize("folder", sorted({path.parent.name for path in rows.SAMPLES}))
def test_typed_rows_of_the_samples_count_alike(spark: LogEngine, folder: str) -> None:
    files = [path for path in rows.SAMPLES if path.parent.name == folder]

    rows.agree(*files, engine=spark, zone="Asia/Shanghai" if folder == "pgaudit" else "")


@pytest.mark.tool("spark")
@pytest.mark.parametrize("name", sorted(OBSTACLES))
def test_obstacles_count_alike_or_hand_the_log_back(spark: LogEngine, tmp_path: Path, name: str) -> None:
    path = tmp_path / "audit.log"
    path.write_bytes("\n".join([*generated(7, 40), ""]).encode() + OBSTACLES[name] + b"\n")

    found = spark.tally([path], [path.name], People(None), NOW, "")

    if found is not None:
        in_order_of(found.tally, plain := plainly(path))
        same(found.tally, plain)


@pytest.mark.tool("spark")
def test_master_that_does_not_answer_is_said_in_seconds() -> None:
    with (
        pytest.raises(ToolError, match="cannot be reached"),
        sql.opened(sql.Settings(spark_master="spark://127.0.0.1:1")),
    ):
        pass
