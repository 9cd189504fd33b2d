"""What each figure of the bench says."""

from bench.edge import LAYERS
from bench.figures import FIGURES


def told() -> str:
    figures = [
        f"| {name} | {unit or 'number'} | {text} |" for name, (unit, text) in FIGURES.items()
    ]
    layers = [f"| {layer} | {text} |" for layer, text in LAYERS.items()]
    return "\n".join(
        [
            "| figure | unit | what it says |",
            "| --- | --- | --- |",
            *figures,
            "",
            "| layer of the edge | what a request passes, beside what is above |",
            "| --- | --- |",
            *layers,
        ]
    )
