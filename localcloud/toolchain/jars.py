"""The jars that let Spark read and write Azure blob storage, as jars.lock pins them.

They are resolved once, at set-up, by the Ivy that pyspark ships, and every use checks their
digests. Spark's own jars are pyspark's business.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies
from xml.etree import ElementTree

from localcloud.toolchain.cache import cache_folder, staging_folder
from localcloud.toolchain.java import java_command
from localcloud.toolchain.steps import Step, ToolchainError, Work
from localcloud.toolchain.truststore import java_trust_options, write_truststore

LOCK = Path(__file__).with_name("jars.lock")


@dataclass(frozen=True)
class Jar:
    """One line of jars.lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the cache keeps it."""
        return cache_folder() / "jars" / f"{self.artifact}-{self.version}.jar"

    def is_good(self, path: Path) -> bool:
        """Whether a file is this jar, to the byte."""
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def locked_jars() -> list[Jar]:
    """What jars.lock pins, in its order."""
    jars = []
    for line in LOCK.read_text().splitlines():
        if not line.startswith("#"):
            coordinate, sha256 = line.split()
            group, artifact, version = coordinate.split(":")
            jars.append(Jar(group, artifact, version, sha256))
    return jars


def spark_jars() -> list[Path]:
    """The jars for ``spark.jars``, digests checked.

    Raises:
        ToolchainError: one is missing or is not what jars.lock pins.
    """
    bad = [jar.path.name for jar in locked_jars() if not jar.is_good(jar.path)]
    if bad:
        raise ToolchainError(f"missing or not as jars.lock pins it: {', '.join(bad)}", "make setup")
    return [jar.path for jar in locked_jars()]


def _find() -> str | None:
    jars = locked_jars()
    if not all(jar.is_good(jar.path) for jar in jars):
        return None
    return f"{jars[0].artifact} {jars[0].version} and {len(jars) - 1} it needs"


def _make(work: Work) -> None:
    wanted = [jar for jar in locked_jars() if not jar.is_good(jar.path)]
    with staging_folder() as folder:
        work.retry(lambda: work.run(_ivy_command(wanted, folder)))
        for jar in wanted:
            fetched = folder / jar.path.name
            if not jar.is_good(fetched):
                raise ToolchainError(
                    f"{fetched.name} was fetched but its SHA-256 is not the one in jars.lock",
                    "find out who changed it: a proxy, a mirror, or jars.lock itself",
                )
        for jar in wanted:
            jar.path.parent.mkdir(parents=True, exist_ok=True)
            (folder / jar.path.name).replace(jar.path)


def _ivy_command(jars: list[Jar], folder: Path) -> list[str | Path]:
    """Ivy knows Maven Central by itself; everything it writes goes to ``folder``."""
    spark = importlib.util.find_spec("pyspark")
    ivy = next(Path(spark.origin).parent.glob("jars/ivy-*.jar")) if spark and spark.origin else None
    if ivy is None:
        raise ToolchainError("package pyspark is not installed", "rm -rf .venv && make setup")
    module = folder / "ivy.xml"
    module.write_bytes(_ivy_module(jars))
    return [
        java_command(),
        *_trust_options(folder / "truststore.p12", os.environ),
        *_proxy_options(getproxies()),
        f"-Divy.default.ivy.user.dir={folder}",
        *("-cp", ivy, "org.apache.ivy.Main", "-warn"),
        *("-cache", folder / "cache", "-ivy", module),
        *("-retrieve", folder / "[artifact]-[revision].[ext]"),
    ]


def _ivy_module(jars: list[Jar]) -> bytes:
    module = ElementTree.Element("ivy-module", version="2.0")
    ElementTree.SubElement(module, "info", organisation="dataopsml", module="jars")
    dependencies = ElementTree.SubElement(module, "dependencies")
    for jar in jars:
        ElementTree.SubElement(
            dependencies,
            "dependency",
            org=jar.group,
            name=jar.artifact,
            rev=jar.version,
            transitive="false",
            conf="*->default",
        )
    return ElementTree.tostring(module)


def _trust_options(truststore: Path, env: Mapping[str, str]) -> list[str]:
    """Behind a proxy that inspects TLS, the authorities that these variables name are needed."""
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if named := env.get(variable):
            try:
                write_truststore([Path(named)], truststore)
            except (OSError, ValueError) as error:
                raise ToolchainError(
                    f"{variable}={named} is not a readable PEM file: {error}", f"unset {variable}"
                ) from error
            return java_trust_options(truststore)
    return []


def _proxy_options(proxies: Mapping[str, str]) -> list[str]:
    """Java reads no proxy variables; Python does, so what it found is passed on."""
    proxy = urlsplit(proxies.get("https", ""))
    if not proxy.hostname:
        return []
    return [f"-Dhttps.proxyHost={proxy.hostname}", f"-Dhttps.proxyPort={proxy.port or 80}"]


STEP = Step(
    name="jars",
    find=_find,
    make=_make,
    doing="fetching the Azure storage driver for Spark",
    remedy="check that Maven Central can be reached, then: make setup",
)
