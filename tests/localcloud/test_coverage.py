"""The page that says what the servers do is the one that their code makes."""

import ast
from pathlib import Path

import pytest

from localcloud.coverage import SERVERS, marked, table


def test_the_page_is_up_to_date(project_dir: Path) -> None:
    assert (project_dir / "docs" / "localcloud-coverage.md").read_text() == table()


@pytest.mark.parametrize("server", SERVERS)
def test_every_route_is_marked(server: str, project_dir: Path) -> None:
    unmarked = []
    known = {row.place.rsplit(".", 1)[-1] for row in marked(server)}
    for path in (project_dir / "localcloud" / server).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name not in known:
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                if any(text.startswith("router.") for text in decorators):
                    unmarked.append(f"{path.name}: {node.name}")
    assert unmarked == []
