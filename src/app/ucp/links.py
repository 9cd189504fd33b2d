"""Where the shop says what it promises, and on what terms (UCP LNK-1, LNK-2)."""

from app.settings import Settings

TITLES = {
    "terms_of_service": "Terms of service",
    "privacy_policy": "Privacy policy",
    "refund_policy": "Refunds",
    "shipping_policy": "Shipping",
    "faq": "Questions and answers",
}


def of(settings: Settings) -> dict[str, str]:
    """Those that there are, by their kind."""
    told = {
        "terms_of_service": settings.terms_url,
        "privacy_policy": settings.privacy_url,
        "refund_policy": settings.refunds_url,
        "shipping_policy": settings.shipping_url,
        "faq": settings.faq_url,
    }
    return {kind: url for kind, url in told.items() if url}
