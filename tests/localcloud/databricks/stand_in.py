"""Stands for a Spark process where a test is about the server: a real process, no Spark in it.

The text of the notebook is what it does: ``succeed``, ``fail``, ``hang`` or ``die``. A settings
file that names the setting ``broken`` makes it end before it is ready.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from localcloud.databricks.spark import protocol
from localcloud.databricks.spark.protocol import Ended, Event, Ready, Started


def say(event: Event) -> None:
    sys.stdout.buffer.write(protocol.to_line(event))
    sys.stdout.buffer.flush()


settings = protocol.settings_from_line(Path(sys.argv[1]).read_bytes())
if "broken" in settings.spark_conf:
    sys.exit(1)
say(Ready())
line = sys.stdin.buffer.readline()
if line:
    job = protocol.job_from_line(line)
    say(Started())
    match job.source.splitlines()[-1]:
        case "succeed":
            Path(job.log).write_text("printed\n")
            say(Ended(succeeded=True, result="done"))
        case "fail":
            say(Ended(succeeded=False, error="ValueError: no", error_trace="Traceback: no"))
        case "die":
            sys.exit(7)
    time.sleep(60)
