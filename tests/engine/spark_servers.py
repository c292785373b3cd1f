"""A Spark standalone cluster and a Spark Connect server, real ones, each in processes of its own on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyspark

from reperform.engine.spark_session import BRIEF, java_home

HOME = Path(pyspark.__file__).parent
HERE = "127.0.0.1"
PATIENCE = 180  # seconds that a server may take to start on a busy machine
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": HERE,
    "spark.driver.bindAddress": HERE,
    "spark.driver.memory": "700m",
    "spark.driver.extraJavaOptions": BRIEF,
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": BRIEF,
    "spark.sql.shuffle.partitions": "1",
}


def written_settings(folder: Path) -> Path:
    """Write Spark's own configuration as an administrator does, and return its folder."""
    folder.mkdir(parents=True)
    (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SETTINGS.items()))
    return folder


@contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """Start a master and a worker; give the master's URL."""
    port = _free_port()
    url = f"spark://{HERE}:{port}"
    command = [HOME / "bin" / "spark-class", "org.apache.spark.deploy.master.Master"]
    with _started([*command, "--host", HERE, "--port", str(port), "--webui-port", "0"], folder / "master", "ALIVE"):
        command = [HOME / "bin" / "spark-class", "org.apache.spark.deploy.worker.Worker", "--host", HERE]
        size = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", folder / "work"]
        with _started([*command, *size, url], folder / "worker", "Successfully registered with master"):
            yield url


@contextmanager
def connect(folder: Path) -> Iterator[str]:
    """Start a Spark Connect server; give its URL."""
    port = _free_port()
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    options = {"spark.connect.grpc.binding.address": HERE, "spark.connect.grpc.binding.port": str(port)}
    told = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    command = [HOME / "bin" / "spark-submit", "--master", "local[1]", *told, "--class", server, "spark-internal"]
    with _started(command, folder / "connect", "Spark Connect server started"):
        yield f"sc://{HERE}:{port}"


@contextmanager
def _started(command: Sequence[str | Path], folder: Path, sign: str) -> Iterator[None]:
    """Start a server in a group of processes of its own, wait for a sign in what it says, and end the group."""
    settings = written_settings(folder / "conf")
    said = folder / "said.txt"
    with java_home() as java, said.open("w") as out:
        env = os.environ | {
            "JAVA_HOME": str(java), "SPARK_HOME": str(HOME), "SPARK_CONF_DIR": str(settings),
            "SPARK_DAEMON_MEMORY": "700m", "SPARK_DAEMON_JAVA_OPTS": BRIEF, "SPARK_LOCAL_DIRS": str(folder),
        }  # fmt: skip
        server = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            until = time.monotonic() + PATIENCE
            while sign not in said.read_text(errors="replace"):
                assert (server.poll(), time.monotonic() < until) == (None, True), said.read_text(errors="replace")[
                    :3000
                ]
                time.sleep(0.1)
            yield
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])
