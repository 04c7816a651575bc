"""``python -m localcloud.arm.generate_schemas``: write the schemas of all resource types."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from localcloud.arm.generate_schemas import msrest_models, pulumi_args, typespec_models
from localcloud.arm.generate_schemas.models import Models
from localcloud.arm.generate_schemas.sources import SOURCES, Source
from localcloud.arm.schema import FOLDER


def generate() -> dict[str, str]:
    """File name to content, one file per provider namespace."""
    namespaces = sorted({source.type_name.split("/")[0] for source in SOURCES})
    return {f"{name.lower()}.json": _generate(name) for name in namespaces}


def _generate(namespace: str) -> str:
    sources = [each for each in SOURCES if each.type_name.split("/")[0] == namespace]
    models = Models()
    roots: dict[str, dict[str, str]] = {}
    for source in sources:
        for name in filter(None, (source.put, source.get, source.patch)):
            _read(source, name, models)
        if source.get:
            models.merge_answer(source.put, source.get)
        patch = {"patch": source.patch} if source.patch else {}
        roots[source.type_name.lower()] = {"put": source.put, **patch}
    packages = sorted({f"{each.package} {version(each.package)}" for each in sources})
    reachable = models.reachable(
        {name for by_method in roots.values() for name in by_method.values()}
    )
    content = {"source": ", ".join(packages), "roots": roots, "models": reachable}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def _read(source: Source, name: str, models: Models) -> None:
    module = import_module(source.module)
    cls = getattr(module, name)
    if typespec_models.is_typespec(cls):
        typespec_models.read(module, name, models)
    elif msrest_models.is_msrest(cls):
        msrest_models.read(module, name, models)
    else:
        pulumi_args.read(module, name, models, source.excluded)


def write(folder: Path) -> None:
    """Write all files and remove those of namespaces that are gone."""
    files = generate()
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_text(content)


if __name__ == "__main__":
    write(FOLDER)
