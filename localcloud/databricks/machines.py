"""The machines of a workspace: Spark processes that wait in instance pools, or start for a run.

A pool with ``min_idle_instances`` keeps that many processes waiting, each for one run. After a
run its machine goes back to the pool, as in the cloud: a fresh process waits in its place for
``idle_instance_autotermination_minutes``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from databricks.sdk.service.compute import (
    GetInstancePool,
    InstancePoolStats,
    InstancePoolStatus,
    PendingInstanceError,
)

from localcloud.databricks.spark_process import SparkLauncher, SparkProcess
from localcloud.databricks.submission import Submission
from localcloud.errors import LocalCloudError

log = logging.getLogger(__name__)

MAX_IDLE_PROCESSES = 2
"""Per pool, whatever its minimum says: each holds about half a gigabyte."""
QUIET_SECONDS = 30
"""No process is started for a pool while a run is younger than this: it would slow the run."""
RETRY_SECONDS = 30
"""Wait after a process that could not start."""
_LOOK_SECONDS = 1.0


class NoCapacityError(Exception):
    """The pool has not as many machines as the cluster needs; the message says so."""


@dataclass
class _Pool:
    definition: GetInstancePool
    idle: list[SparkProcess] = field(default_factory=list)
    machines_used: int = 0
    last_returned: float | None = None
    problem: str = ""
    retry_at: float = 0.0

    def wanted(self, now: float) -> int:
        """How many processes should wait."""
        minimum = self.definition.min_idle_instances or 0
        keep_seconds = 60 * (self.definition.idle_instance_autotermination_minutes or 0)
        returned = self.last_returned
        is_kept = returned is not None and now - returned < keep_seconds
        wanted = min(max(minimum, int(is_kept)), MAX_IDLE_PROCESSES)
        if self.definition.max_capacity is not None:
            wanted = min(wanted, self.definition.max_capacity - self.machines_used)
        return max(wanted, 0)

    def could_not_start(self, problem: str, now: float) -> None:
        """Note why, and try again later."""
        log.warning("instance pool %s: %s", self.definition.instance_pool_id, problem)
        self.problem = problem
        self.retry_at = now + RETRY_SECONDS


class Machines:
    """Gives Spark processes to runs and keeps the pools filled from a thread of its own."""

    def __init__(self, launcher: SparkLauncher) -> None:
        self._launcher = launcher
        self._pools: dict[str, _Pool] = {}
        self._runs: dict[int, float] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="pool-keeper")
        self._keeper.start()

    def set_pool(self, definition: GetInstancePool) -> None:
        """Keep a new or changed pool filled from now on."""
        with self._changed:
            pool = self._pools.setdefault(definition.instance_pool_id, _Pool(definition))
            pool.definition = definition
            self._changed.notify()

    def remove_pool(self, pool_id: str) -> None:
        """End the processes that wait in a pool. A run that has one keeps it."""
        with self._changed:
            pool = self._pools.pop(pool_id, None)
        for process in pool.idle if pool else []:
            process.end(keep_log=False)

    def describe(self, pool: GetInstancePool) -> GetInstancePool:
        """A pool with what is going on in it filled in."""
        with self._changed:
            kept = self._pools.get(pool.instance_pool_id) or _Pool(pool)
            ready = sum(process.ready for process in kept.idle if process.alive)
            stats = InstancePoolStats(
                idle_count=ready,
                pending_idle_count=len(kept.idle) - ready,
                used_count=kept.machines_used,
                pending_used_count=0,
            )
            errors = [PendingInstanceError(message=kept.problem)] if kept.problem else None
        status = InstancePoolStatus(pending_instance_errors=errors)
        return replace(pool, stats=stats, status=status)

    def acquire(
        self,
        run_id: int,
        submission: Submission,
        conf: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> SparkProcess:
        """A process for a run: one that waits in its pool, or one that is started now.

        Args:
            run_id: for :meth:`release`, which gives the process back.
            submission: says which pool, and how many of its machines.
            conf: Spark settings of the cluster, with the values of secrets.
            variables: environment variables of the cluster, likewise.

        Raises:
            NoCapacityError: the cluster does not fit into its pool.
            LocalCloudError: a process can't be started; says what is missing.
        """
        with self._changed:
            process = self._take(submission, is_plain=not conf and not variables)
            self._runs[run_id] = time.monotonic()
        if process is not None:
            return process
        try:
            return self._launcher.launch(conf, variables)
        except BaseException:
            self.release(run_id, submission)
            raise

    def release(self, run_id: int, submission: Submission) -> None:
        """The run is over and its process was ended."""
        with self._changed:
            del self._runs[run_id]
            pool = self._pools.get(submission.pool_id or "")
            if pool is not None:
                pool.machines_used = max(pool.machines_used - submission.machines, 0)
                pool.last_returned = time.monotonic()
            self._changed.notify()

    def close(self) -> None:
        """End every waiting process and the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._keeper.join()
        for pool_id in list(self._pools):
            self.remove_pool(pool_id)

    def _take(self, submission: Submission, *, is_plain: bool) -> SparkProcess | None:
        """A waiting process, a ready one first. Only a plain cluster can use one."""
        pool = self._pools.get(submission.pool_id or "")
        if pool is None:
            return None
        capacity = pool.definition.max_capacity
        if capacity is not None and pool.machines_used + submission.machines > capacity:
            raise NoCapacityError(
                f"instance pool {submission.pool_id} has max_capacity {capacity}, "
                f"{pool.machines_used} machines are used, the cluster needs {submission.machines}"
            )
        pool.machines_used += submission.machines
        waiting = sorted((p for p in pool.idle if p.alive), key=lambda p: not p.ready)
        if not waiting or not is_plain:
            return None
        pool.idle.remove(waiting[0])
        return waiting[0]

    def _keep(self) -> None:
        with self._changed:
            while not self._closed:
                for pool in self._pools.values():
                    self._fill(pool, time.monotonic())
                self._changed.wait(_LOOK_SECONDS)

    def _fill(self, pool: _Pool, now: float) -> None:
        for process in [process for process in pool.idle if not process.alive]:
            pool.idle.remove(process)
            process.end(keep_log=True)
            pool.could_not_start(f"a Spark process ended by itself; its log: {process.log}", now)
        wanted = pool.wanted(now)
        while len(pool.idle) > wanted:
            pool.idle.pop(0).end(keep_log=False)
        if any(process.ready for process in pool.idle):
            pool.problem = ""
        if len(pool.idle) < wanted and now >= pool.retry_at and self._is_quiet(now):
            try:
                pool.idle.append(self._launcher.launch())
            except (LocalCloudError, OSError) as error:
                pool.could_not_start(str(error), now)

    def _is_quiet(self, now: float) -> bool:
        starting = any(not process.ready for pool in self._pools.values() for process in pool.idle)
        return not starting and all(now - begun > QUIET_SECONDS for begun in self._runs.values())
