"""The life of a Spark process: start the session, wait for one notebook, run it, end."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter
from pathlib import Path

from localcloud.databricks.spark import protocol
from localcloud.databricks.spark.execution import execute
from localcloud.databricks.spark.protocol import Event, Ready, Started
from localcloud.databricks.spark.session import start_session, warm_up


def main(settings_file: str) -> None:
    """Speak :mod:`.protocol` over the standard streams until the notebook is over."""
    # The channel is the standard output that this process was given; what is printed from now
    # on must not get into it, so 1 becomes a copy of 2.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _forget_project()
    settings = protocol.settings_from_line(Path(settings_file).read_bytes())

    spark = start_session(settings.spark_conf)
    warm_up(spark)
    _say(channel, Ready())
    line = sys.stdin.buffer.readline()
    if line:  # none: the server has no use for this process any more
        # A notebook that asks for input must find nothing rather than wait for ever.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        job = protocol.job_from_line(line)
        _say(channel, Started())
        _say(channel, execute(spark, job))


def _forget_project() -> None:
    """Take the project off the path, where it is for this package's sake.

    A notebook that imports from it would not work on Databricks.
    """
    project, _, others = os.environ.pop("PYTHONPATH").partition(os.pathsep)
    sys.path.remove(project)
    if others:
        os.environ["PYTHONPATH"] = others


def _say(channel: BufferedWriter, event: Event) -> None:
    channel.write(protocol.to_line(event))
    channel.flush()


if __name__ == "__main__":
    main(sys.argv[1])
