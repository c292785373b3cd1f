"""One Spark session for all tests that need one: a session of this machine takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from reperform.engine.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Tests ask thousands of small questions: what pays on large tables is switched off.
SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "1g",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with session("local[2]", SMALL) as opened:
        yield opened
