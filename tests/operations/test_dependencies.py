"""What the product imports is what it declares: nothing may rest on a library that came along with another."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = {"postpurchase", "orders", "tracking", "messaging", "loyalty", "tests"}
# Parts of a declared library that are distributions of their own.
COME_WITH = {"kombu": "celery", "redis": "celery"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(project: dict, *groups: str) -> set[str]:
    lines = list(project["project"]["dependencies"])
    for group in groups:
        lines += [line for line in project["dependency-groups"][group] if isinstance(line, str)]
    return {_normal(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in lines}


def _imported(folder: str) -> dict[str, str]:
    """Top-level third-party modules and one file that imports each."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names = [node.module]
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                if top not in OWN and top not in sys.stdlib_module_names:
                    found.setdefault(top, str(path.relative_to(ROOT)))
    return found


def _groups_of(path: str) -> tuple[str, ...]:
    """The demo has its own libraries; pictures are drawn by developers, and what they drew is kept."""
    if path.startswith("postpurchase/demo/"):
        return ("demo", "dev")
    return ("dev",) if Path(path).name.startswith("draw_") else ()


def test_every_imported_library_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    distributions = packages_distributions()
    undeclared = {}
    for folder in ("postpurchase", "orders", "tracking", "messaging", "loyalty"):
        for module, path in _imported(folder).items():
            names = {_normal(name) for name in distributions.get(module, [module])}
            names |= {COME_WITH[name] for name in names if name in COME_WITH}
            if not names & _declared(project, *_groups_of(path)):
                undeclared[module] = path

    assert undeclared == {}
