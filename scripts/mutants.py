"""Change domain/access.py in every small way, and see that the tests notice each.

The mutations are mutmut's, and some of our own: a condition that always or never holds, an error
that is not raised, an answer that is always the same. mutmut would start Plone anew for each of
them; here the tests of one session run again and again over the module's changed code. Prints
what survived; the exit code is 1 where less than 95 % were killed.
"""

import libcst
import pytest
import sys
from collective.clientportal.domain import access
from mutmut.mutation.file_mutation import create_mutations
from pathlib import Path


TESTS = ["tests/domain/test_access.py"]
TARGET = 0.95
SOURCE = Path(access.__file__)


class Conditions(libcst.CSTVisitor):
    """Collects (node, changed node) for conditions and raised errors."""

    def __init__(self):
        self.found = []

    def visit_If(self, node):
        """A condition that always holds, and one that never does."""
        for name in ("True", "False"):
            self.found.append((node, node.with_changes(test=libcst.Name(name))))

    def visit_CompIf(self, node):
        """A filter that lets everything through."""
        self.found.append((node, node.with_changes(test=libcst.Name("True"))))

    def visit_Raise(self, node):
        """An error that is not raised."""
        self.found.append((node, libcst.Pass()))

    def visit_Return(self, node):
        """An answer that is nothing, and one that is always yes."""
        if node.value is not None:
            for name in ("None", "True"):
                changed = node.with_changes(value=libcst.Name(name))
                self.found.append((node, changed))


def mutants() -> list[tuple[str, str]]:
    """Return (what was changed, source) for each mutant."""
    source = SOURCE.read_text()
    module, mutations, *_ = create_mutations(str(SOURCE), source)
    conditions = Conditions()
    module.visit(conditions)
    pairs = [(m.original_node, m.mutated_node) for m in mutations] + conditions.found
    texts = _texts(module)
    made = {}
    for original, changed in pairs:
        if original in texts:
            continue
        code = module.deep_replace(original, changed).code
        words = f"{_code(module, original)} → {_code(module, changed)}"
        made.setdefault(code, f"{_function(module, original)}: {words}")
    made.pop(source, None)
    return [(words, code) for code, words in made.items()]


def _texts(module):
    """Return all nodes inside of `_(…)`: words for people are no decisions."""
    inside = set()

    class Texts(libcst.CSTVisitor):
        def visit_Call(self, node):
            if isinstance(node.func, libcst.Name) and node.func.value == "_":
                stack = [node]
                while stack:
                    inside.add(stack[-1])
                    stack.extend(stack.pop().children)

    module.visit(Texts())
    return inside


def _function(module, node):
    for statement in module.body:
        if isinstance(statement, libcst.FunctionDef):
            stack = [statement]
            while stack:
                if stack[-1] is node:
                    return statement.name.value
                stack.extend(stack.pop().children)
    return ""


def _code(module, node):
    return " ".join(module.code_for_node(node).split())[:90]


class Runner:
    """A pytest plugin: the collected tests, once as they are, then once for each mutant until one fails."""

    def __init__(self):
        self.survived = []
        self.killed = 0
        self.failed = ""

    def pytest_runtestloop(self, session):
        """Run everything."""
        if not self._passes(session):
            raise pytest.UsageError(f"the tests fail without any change: {self.failed}")
        for words, code in mutants():
            try:
                exec(compile(code, str(SOURCE), "exec"), access.__dict__)
            except Exception:
                self.killed += 1
                continue
            if self._passes(session):
                self.survived.append(words)
                print(f"survived: {words}", flush=True)
            else:
                self.killed += 1
        return True

    def _passes(self, session):
        self.failed = ""
        for item in session.items:
            item._initrequest()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=session)
            if self.failed:
                # What kills once kills often.
                session.items.remove(item)
                session.items.insert(0, item)
                return False
        return True

    def pytest_runtest_logreport(self, report):
        """Note a failure."""
        if report.failed:
            self.failed = report.longreprtext

    def pytest_report_teststatus(self):
        """Print nothing of a test."""
        return "", "", ""


def main() -> int:
    """Run, print the figures, return the exit code."""
    runner = Runner()
    options = ["-o", "addopts=", "-qq", "--no-summary", "-p", "no:cacheprovider"]
    pytest.main([*options, *TESTS], plugins=[runner])
    count = runner.killed + len(runner.survived)
    share = runner.killed / count if count else 0
    print(f"{count} mutants of {SOURCE.name}: {runner.killed} killed ({share:.1%})")
    return share < TARGET


if __name__ == "__main__":
    sys.exit(main())
