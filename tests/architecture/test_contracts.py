"""The layout is the architecture: who may import whom, checked on the code as it is."""

import sys
from pathlib import Path

import grimp
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

ROOT = Path(__file__).parents[2]
_TEXT_SEGMENTATION = {"regex", "sentencex"}


def test_the_import_contracts_hold(capsys) -> None:
    configure()

    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), is_debug_mode=False)

    assert kept, capsys.readouterr().out


def test_the_domain_needs_nothing_but_the_language_and_text_segmentation() -> None:
    graph = grimp.build_graph("service", include_external_packages=True)
    domain = {"service.domain", *graph.find_descendants("service.domain")}

    imported = {
        found.split(".")[0]
        for module in domain
        for found in graph.find_modules_directly_imported_by(module)
    }

    assert imported - set(sys.stdlib_module_names) - _TEXT_SEGMENTATION == {"service"}


def test_only_the_workers_base_and_the_fetcher_make_calls() -> None:
    graph = grimp.build_graph("service", "workers", include_external_packages=True)

    callers = graph.find_modules_that_directly_import("requests")

    assert callers <= {"service.fetching", "workers.channels.base"}


def test_only_the_workers_can_open_what_is_sealed() -> None:
    opening = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "service").rglob("*.py")
        if "SealedBox(PrivateKey" in path.read_text(encoding="utf-8")
    ]

    assert opening == []
