"""SQL engines behind Ibis: DuckDB on this machine, Spark where logs outgrow it; the same expressions for both."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import ibis
    from ibis.backends import BaseBackend

FILE: Final = "log_file"
MEMORY: Final = "1GB"
"""What DuckDB may take before it writes to its temporary folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an engine works.

    Attributes:
        spark_master: Address of a Spark master (``local[2]``, ``spark://host:7077``); empty for DuckDB.
        memory: Limit of DuckDB.
        threads: Of DuckDB; 0 for all cores.
        spark: More settings of the Spark session.
    """

    spark_master: str = ""
    memory: str = MEMORY
    threads: int = 0
    spark: Mapping[str, str] = field(default_factory=dict)


class Sql:
    """An open engine with a folder of its own for what lies between two passes."""

    def __init__(self, backend: BaseBackend, folder: Path, *, is_spark: bool) -> None:
        """Take an open backend; use `opened`."""
        self.backend = backend
        self.folder = folder
        self.is_spark = is_spark
        self._count = 0

    def json_lines(self, paths: Sequence[Path], schema: ibis.Schema, *, strict: bool = False) -> ibis.Table:
        """Return the objects of JSON lines as a table; what is not as the schema says is NULL, and so is a broken line.

        With ``strict`` DuckDB fails over either, and over a name of the schema that stands twice in an object.
        Of several files DuckDB gives a column `FILE` besides, with the path of each; Spark names paths otherwise.

        Raises:
            ToolError: The engine cannot read the files.
        """
        self._count += 1
        name = f"lines_{self._count}"
        files = [str(path) for path in paths]
        if self.is_spark:
            from ibis.backends.pyspark.datatypes import PySparkSchema  # noqa: PLC0415 - loaded where it is needed

            session: Any = self.backend._session  # noqa: SLF001 - not public, and needed
            frame = session.read.schema(PySparkSchema.from_ibis(schema)).option("mode", "PERMISSIVE").json(files)
            frame.createOrReplaceTempView(name)
            return _table(name, schema)
        columns = ", ".join(f"{_quoted(column)}: {_text(_duck_type(kind))}" for column, kind in schema.items())
        listed = ", ".join(_text(path) for path in files)
        named = f", filename='{FILE}'" if len(files) > 1 else ""
        self._run(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_json([{listed}], columns={{{columns}}}, "  # noqa: S608 - one step for each thing that is looked at
            f"format='newline_delimited', ignore_errors={not strict}, maximum_object_size=8388608{named})"
        )
        import ibis  # noqa: PLC0415 - loaded where it is needed

        return _table(name, ibis.schema({**schema, FILE: "string"}) if named else schema)

    def microseconds(self, moment: ibis.Value) -> ibis.Value:
        """Return a time with a zone as microseconds since 1970."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        if self.is_spark:
            epoch = ibis.timestamp("1970-01-01 00:00:00")
            # the session's zone is UTC; differences of times with a zone go through a calendar
            return moment.cast("timestamp(6)").delta(epoch, unit="microsecond").cast("int64")

        @ibis.udf.scalar.builtin(name="epoch_us", signature=(("timestamp('UTC', 6)",), "int64"))  # type: ignore[untyped-decorator]
        def epoch_us(moment: Any) -> Any: ...  # noqa: ANN401 - DuckDB's own, which Ibis does not name

        return epoch_us(moment)

    def parquet(self, paths: Sequence[Path], schema: ibis.Schema) -> ibis.Table:
        """Return Parquet files of a known schema as a table."""
        self._count += 1
        name = f"parquet_{self._count}"
        if self.is_spark:
            session: Any = self.backend._session  # noqa: SLF001 - Ibis hides it
            session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        else:
            listed = ", ".join(_text(str(path)) for path in paths)
            self._run(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")  # noqa: S608 - quoted
        return _table(name, schema)

    def kept(self, table: ibis.Table) -> ibis.Table:
        """Work a table out once and return it as Parquet, for many questions.

        Raises:
            ToolError: The engine fails, or the disk is full.
        """
        self._count += 1
        path = self.folder / f"kept_{self._count}.parquet"
        if self.is_spark:
            session: Any = self.backend._session  # noqa: SLF001 - not public, and needed
            try:
                session.sql(self.backend.compile(table)).write.parquet(str(path))
            except Exception as error:
                raise ToolError(reasons.FAILED, f"Spark: {str(error)[:3000]}") from error
        else:
            self._run(
                f"COPY ({self.backend.compile(table)}) TO {_text(str(path))} (FORMAT parquet, COMPRESSION uncompressed)"
            )
        return self.parquet([path], table.schema())

    def rows(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table, which must be small.

        Raises:
            ToolError: The engine fails.
        """
        query = self.backend.compile(table)
        if self.is_spark:
            session: Any = self.backend._session  # noqa: SLF001 - not public, and needed
            try:
                yield from (tuple(row) for row in session.sql(query).toLocalIterator())
            except Exception as error:
                raise ToolError(reasons.FAILED, f"Spark: {str(error)[:3000]}") from error
            return
        found = self._run(query)
        while batch := found.fetchmany(10_000):
            yield from batch

    def _run(self, query: str) -> Any:  # noqa: ANN401 - any value
        import duckdb  # noqa: PLC0415 - loaded where it is needed

        try:
            return self.backend.raw_sql(query)
        except duckdb.Error as error:
            text = str(error)
            if "No space left" in text or "max_temp_directory_size" in text:
                raise ToolError(reasons.DISK_FULL, f"DuckDB: {text.splitlines()[0][:300]}") from error
            if "Out of Memory" in text:
                raise ToolError(reasons.MEMORY_LIMIT, f"DuckDB: {text.splitlines()[0][:300]}") from error
            raise ToolError(reasons.FAILED, f"DuckDB: {text.splitlines()[0][:2000]}") from error


@contextmanager
def opened(settings: Settings, within: Path | None = None) -> Iterator[Sql]:
    """Open an engine, and close it with its folder.

    Raises:
        ToolError: It cannot be started, or the Spark master does not answer.
    """
    folder = Path(tempfile.mkdtemp(prefix="auditor-sql-", dir=within))
    try:
        if settings.spark_master:
            with _spark(settings) as backend:
                yield Sql(backend, folder, is_spark=True)
        else:
            yield Sql(_duckdb(settings, folder), folder, is_spark=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _duckdb(settings: Settings, folder: Path) -> BaseBackend:
    import ibis  # noqa: PLC0415 - loaded where it is needed

    given: dict[str, Any] = {
        "memory_limit": settings.memory,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": True,  # order tells steps back in time
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if settings.threads:
        given["threads"] = settings.threads
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis 12 calls what DuckDB 2 has renamed
        backend = ibis.duckdb.connect(**given)
    backend.raw_sql("SET TimeZone='UTC'")
    backend.raw_sql("SET enable_progress_bar=false")
    return backend


@contextmanager
def _spark(settings: Settings) -> Iterator[BaseBackend]:
    try:
        import ibis  # noqa: PLC0415 - loaded where it is needed
        from pyspark.sql import SparkSession  # noqa: PLC0415 - loaded where it is needed
    except ImportError as error:
        raise ToolError(reasons.COULD_NOT_BE_STARTED, "Spark is not installed: pip install 'auditor[spark]'") from error
    builder = SparkSession.builder.master(settings.spark_master).appName("auditor")
    defaults = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.network.timeout": "60s",
    }
    if not settings.spark_master.startswith("local"):
        defaults.pop("spark.driver.host")
        defaults.pop("spark.driver.bindAddress")
        _reach(settings.spark_master)
    for key, value in {**defaults, **settings.spark}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise ToolError(reasons.CANNOT_BE_REACHED, f"Spark: {str(error).splitlines()[0][:300]}") from error
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def _reach(master: str) -> None:
    """Find out in seconds that a master does not answer; Spark itself takes minutes.

    Raises:
        ToolError: It does not.
    """
    import socket  # noqa: PLC0415 - loaded where it is needed

    if not master.startswith("spark://"):
        return
    host, _, port = master.removeprefix("spark://").partition(",")[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, ValueError) as error:
        raise ToolError(reasons.CANNOT_BE_REACHED, f"Spark master {master}: {error}") from error


def _table(name: str, schema: ibis.Schema) -> ibis.Table:
    """Return a table by what is known of it: to ask the engine costs a query, which Ibis 12 cannot ask DuckDB 2."""
    import ibis  # noqa: PLC0415 - loaded where an engine is used

    return ibis.table(schema, name=name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _duck_type(kind: Any) -> str:  # noqa: ANN401 - any value
    if kind.is_struct():
        return "STRUCT(" + ", ".join(f"{_quoted(name)} {_duck_type(inner)}" for name, inner in kind.items()) + ")"
    if kind.is_array():
        return f"{_duck_type(kind.value_type)}[]"
    if kind.is_string():
        return "VARCHAR"
    if kind.is_integer():
        return "BIGINT"
    message = f"no type for {kind}"
    raise TypeError(message)
