"""docs/order-path.md: what a kill at each place of the order process leaves, and who mends it.

The places are those of `tests/faults`, which kills a server at each; a test holds them together.
"""

from tests.documents.markdown import table

NOTHING = "nothing: nothing was written"
UNDONE = "recovery undoes it"
HELD = "the attempt; stock is held"
PENDING = "the attempt; stock is held; the payment is pending, and the provider knows nothing"
TAKEN = "the attempt; stock is held; the money is authorised, and only the provider knows"
PAID = "the attempt; stock is held; the money is authorised"
PLACED = "recovery asks the provider, and places the order"
CRASHES = {
    "ordering:2:before": ("1 intent, before its commit", NOTHING, "nobody needs to"),
    "ordering:2:after": ("1 intent, after", "the attempt; nothing is held", UNDONE),
    "inventory:1:before": ("2 hold, before its commit", "the attempt; nothing is held", UNDONE),
    "inventory:1:after": ("2 hold, after", HELD, UNDONE),
    "payments:1:before": ("3 attempt, before its commit", HELD, UNDONE),
    "payments:1:after": ("3 attempt, after", PENDING, f"{UNDONE}, having asked the provider"),
    "provider:before": (
        "as the provider is about to be asked",
        PENDING,
        f"{UNDONE}, having asked the provider",
    ),
    "provider:after": ("as the provider has answered", TAKEN, PLACED),
    "payments:2:before": ("4 result, before its commit", TAKEN, PLACED),
    "payments:2:after": ("4 result, after", PAID, "recovery places the order"),
    "ordering:3:before": ("5 order, before its commit", PAID, "recovery places the order"),
    "ordering:3:after": (
        "5 order, after",
        "the order, with the answer that nobody was given",
        "the repeated request is answered with it; the relay sends `order_placed`",
    ),
}


def told() -> str:
    rows = [(*crash, f"`{place}`") for place, crash in CRASHES.items()]
    return table(("killed at step", "what is left", "who mends it", "proven at"), rows)
