"""Habits that no linter knows, read off the syntax tree. An exception is written on its line, with its reason:

# habit: <name of the habit> - <reason>
"""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.borders.tree import PROJECT, project_files

Habit = Callable[[ast.AST], Iterator[ast.AST]]


def nothing_async(tree: ast.AST) -> Iterator[ast.AST]:
    """No async code: Django pays for it with most of its speed (decision 0001)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            yield node


def no_signals(tree: ast.AST) -> Iterator[ast.AST]:
    """No signals: what a command causes can be read in the command."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if any("signals" in name.split(".") or name.startswith("django.dispatch") for name in names):
            yield node


def no_work_in_save(tree: ast.AST) -> Iterator[ast.AST]:
    """No class redefines save or delete: a row that is written does nothing else."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name in {"save", "delete", "full_clean", "clean"}:
                    yield member


HABITS: dict[str, tuple[Habit, str, tuple[str, ...]]] = {
    "nothing-async": (
        nothing_async,
        "",
        ("async def page(): ...", "class A:\n    async def get(self): ...", "async def f():\n    async with a: ..."),
    ),
    "no-signals": (
        no_signals,
        "",
        (
            "from django.db.models.signals import post_save",
            "from django.db.models import signals",
            "from django.dispatch import receiver",
            "import django.db.models.signals",
        ),
    ),
    "no-work-in-save": (
        no_work_in_save,
        "models.py",
        ("class A(Model):\n    def save(self, *a, **k): ...", "class A(Model):\n    def delete(self): ..."),
    ),
}
"""By name: how it is found, in files of which name (empty: in all), and what breaks it."""

ELSEWHERE = {"nothing-async": ("src/tenantry/client/", "src/tenantry/access_api/turns.py")}
"""Where a habit does not count: the client runs in the processes of host applications, which may well be async; and
decisions that are served alone are, without Django (decision 0022).
"""


def offences(name: str, source: str) -> list[int]:
    """The lines of the source that break the habit and do not say why they may."""
    find = HABITS[name][0]
    lines = source.splitlines()
    places = [node.lineno for node in find(ast.parse(source)) if hasattr(node, "lineno")]
    return [line for line in places if f"# habit: {name} - " not in lines[line - 1]]


@pytest.mark.parametrize(("name", "source"), [(name, source) for name, habit in HABITS.items() for source in habit[2]])
def test_a_broken_habit_is_seen(name: str, source: str) -> None:
    """Each habit is seen to be broken, and to be left alone where a reason is written."""
    [line] = set(offences(name, source)[:1])
    reasoned = source.splitlines()
    for number in offences(name, source):
        reasoned[number - 1] += f"  # habit: {name} - it must be so here"
    assert line >= 1
    assert offences(name, "\n".join(reasoned)) == []


@pytest.mark.parametrize("name", HABITS)
def test_the_product_keeps_the_habit(name: str) -> None:
    """No file of the product breaks it without saying why."""
    file_name = HABITS[name][1]
    broken = [
        f"{path}:{line}"
        for path in project_files()
        if path.parts[0] == "src" and path.suffix == ".py" and path.name.endswith(file_name)
        if name not in ELSEWHERE or not path.as_posix().startswith(ELSEWHERE[name])
        for line in offences(name, (PROJECT / path).read_text())
    ]
    assert broken == []
