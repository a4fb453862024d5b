"""Three kinds of import contract that import-linter does not bring. `.importlinter` names them."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


def named_modules(graph: ImportGraph, expressions: Any) -> list[str]:
    """The modules that the expressions of a contract name, with everything inside them, sorted."""
    return sorted(module.name for module in module_expressions_to_modules(graph, expressions, as_packages=True))


def broken(imports: Iterable[tuple[str, str]]) -> ContractCheck:
    """The result of a check that found these imports, each as (importer, imported)."""
    found = sorted(imports)
    return ContractCheck(kept=not found, metadata={"imports": found})


class ListsImports(Contract):
    """A contract whose violations are single imports."""

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one violation a line."""
        for importer, imported in check.metadata["imports"]:
            output.print_error(f"{importer} imports {imported}", bold=True)
            output.new_line()


class StandardLibraryOnly(ListsImports):
    """`modules` import each other and the standard library, except its modules listed in `without`; nothing else."""

    modules: Any = fields.SetField(subfield=fields.ModuleExpressionField())
    without: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the linter's signature
        """Look at direct imports: what is imported inside `modules` is looked at itself."""
        inside = set(named_modules(graph, self.modules))
        allowed = sys.stdlib_module_names.difference(self.without)

        def violations() -> Iterator[tuple[str, str]]:
            for importer in inside:
                for imported in graph.find_modules_directly_imported_by(importer):
                    if imported not in inside and imported.partition(".")[0] not in allowed:
                        yield importer, imported

        return broken(violations())


class OwnModelsOnly(ListsImports):
    """`modules` import no module called `models` of a folder other than their own."""

    modules: Any = fields.SetField(subfield=fields.ModuleExpressionField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the linter's signature
        """Look at direct imports: a query of another folder may well read its own models."""

        def violations() -> Iterator[tuple[str, str]]:
            for importer in named_modules(graph, self.modules):
                root, folder = importer.split(".")[:2]
                for imported in graph.find_modules_directly_imported_by(importer):
                    parts = imported.split(".")
                    if parts[0] == root and "models" in parts and parts[1] != folder:
                        yield importer, imported

        return broken(violations())


class NothingBut(ListsImports):
    """`modules` import each other, the standard library, and what is inside `allowed`; nothing else."""

    modules: Any = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the linter's signature
        """Look at direct imports: what is allowed has contracts of its own."""
        inside = set(named_modules(graph, self.modules))
        allowed = sys.stdlib_module_names | set(self.allowed)

        def violations() -> Iterator[tuple[str, str]]:
            for importer in inside:
                for imported in graph.find_modules_directly_imported_by(importer):
                    parts = imported.split(".")
                    names = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
                    if imported not in inside and not names & allowed:
                        yield importer, imported

        return broken(violations())
