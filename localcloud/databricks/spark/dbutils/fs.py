"""``dbutils.fs``: files of any storage that Spark can reach, through Hadoop's own drivers.

There is no DBFS here: a path without a scheme, or with ``dbfs:``, is refused and never falls
back to this machine's disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

HEAD_BYTES = 65536
"""What ``head`` returns at most unless told otherwise; the same on Databricks."""


class FileInfo(NamedTuple):
    """One file or folder. A folder's path and name end with a slash, its size is 0."""

    path: str
    name: str
    size: int
    """Bytes."""
    modificationTime: int  # noqa: N815 - the name that Databricks gives it
    """Milliseconds since 1970, UTC."""

    def isDir(self) -> bool:  # noqa: N802
        """Whether it is a folder."""
        return self.path.endswith("/")

    def isFile(self) -> bool:  # noqa: N802
        """Whether it is a file."""
        return not self.isDir()


class FileSystem:
    """The object that a notebook knows as ``dbutils.fs``."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def ls(self, dir: str) -> list[FileInfo]:  # noqa: A002 - Databricks' name
        """What is in a folder, by name; the file itself if it is one."""
        with _readable_errors(dir):
            system, path = self._open(dir)
            found = [_file_info(status) for status in system.listStatus(path)]
        return sorted(found, key=lambda info: info.name)

    def mkdirs(self, dir: str) -> bool:  # noqa: A002
        """Make a folder and those above it."""
        with _readable_errors(dir):
            system, path = self._open(dir)
            return bool(system.mkdirs(path))

    def put(self, file: str, contents: str, overwrite: bool = False) -> bool:
        """Write text to a file, as UTF-8."""
        data = contents.encode()
        with _readable_errors(file):
            system, path = self._open(file)
            stream = system.create(path, overwrite)
            try:
                stream.write(data, 0, len(data))
            finally:
                stream.close()
        print(f"Wrote {len(data)} bytes.")  # noqa: T201 - Databricks prints it too
        return True

    def head(self, file: str, maxBytes: int = HEAD_BYTES) -> str:  # noqa: N803
        """The beginning of a file, as text."""
        with _readable_errors(file):
            system, path = self._open(file)
            length = min(int(maxBytes), int(system.getFileStatus(path).getLen()))
            stream = system.open(path)
            try:
                data = bytes(stream.readNBytes(length)) if length else b""
            finally:
                stream.close()
        return data.decode(errors="replace")

    def rm(self, dir: str, recurse: bool = False) -> bool:  # noqa: A002
        """Delete a file, or with ``recurse`` a folder and all that is in it."""
        with _readable_errors(dir):
            system, path = self._open(dir)
            return bool(system.delete(path, recurse))

    def cp(self, from_: str, to: str, recurse: bool = False) -> bool:
        """Copy a file, or with ``recurse`` a folder, also from one storage to another."""
        return self._copy(from_, to, recurse=recurse, delete_source=False)

    def mv(self, from_: str, to: str, recurse: bool = False) -> bool:
        """Copy, then delete the source."""
        return self._copy(from_, to, recurse=recurse, delete_source=True)

    def _copy(self, source: str, target: str, *, recurse: bool, delete_source: bool) -> bool:
        with _readable_errors(source):
            from_system, from_path = self._open(source)
            to_system, to_path = self._open(target)
            if from_system.getFileStatus(from_path).isDirectory() and not recurse:
                raise IsADirectoryError(f"{source} is a folder: pass recurse=True")
            util = self._jvm.org.apache.hadoop.fs.FileUtil
            return bool(
                util.copy(
                    from_system, from_path, to_system, to_path, delete_source, True, self._conf()
                )
            )

    @property
    def _jvm(self) -> Any:
        return self._spark._jvm

    def _conf(self) -> Any:
        """Hadoop's settings with those that the notebook made through ``spark.conf``."""
        return self._spark._jsparkSession.sessionState().newHadoopConf()

    def _open(self, text: str) -> tuple[Any, Any]:
        path = self._jvm.org.apache.hadoop.fs.Path(text)
        if path.toUri().getScheme() in (None, "dbfs"):
            raise ValueError(
                f"{text}: localcloud has no DBFS; give a path in a storage account: "
                "wasbs://container@account..."
            )
        return path.getFileSystem(self._conf()), path


def _file_info(status: Any) -> FileInfo:
    slash = "/" if status.isDirectory() else ""
    path = status.getPath()
    return FileInfo(
        path=f"{path}{slash}",
        name=f"{path.getName()}{slash}",
        size=0 if slash else int(status.getLen()),
        modificationTime=int(status.getModificationTime()),
    )


@contextmanager
def _readable_errors(path: str) -> Iterator[None]:
    """Java's exceptions as Python's, in one line: the Java trace tells a notebook nothing."""
    try:
        yield
    except Py4JJavaError as error:
        java = error.java_exception
        kinds = {
            "FileNotFoundException": FileNotFoundError,
            "FileAlreadyExistsException": FileExistsError,
        }
        kind = kinds.get(java.getClass().getSimpleName(), OSError)
        raise kind(f"{path}: {java.getMessage()}") from None
