"""The pages that buyers open: a checkout that can be finished, and an order that can be followed."""
