"""What the import graph says of contexts. `python -m tests.architecture.boundaries` tells it."""

import grimp

from app.settings import CONTEXTS

MEET_ALL = ("app.cli", "app.container", "app.context_map", "app.main", "app.merchant")
"""The composition root and what starts it; the bindings speak contracts, as contexts do."""


def context_of(module: str) -> str | None:
    _, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    return name if name in CONTEXTS else None


def trespasses() -> list[str]:
    """Imports of what is another context's own; those made for types alone are imports too."""
    graph = grimp.build_graph("app", "domain", "infrastructure", cache_dir=None)
    return sorted(
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if (owner := context_of(imported))
        and context_of(importer) != owner
        and importer not in MEET_ALL
    )


if __name__ == "__main__":
    print("\n".join(trespasses()))  # noqa: T201  # to be read by a test in another process
