from urllib.parse import quote

from fastapi import APIRouter, Response

from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from app.pricing.api.bodies import KeptPromotionBody, PromotionBody
from domain.contracts.pricing import (
    CreatePromotion,
    DeleteRule,
    GetRule,
    KeptPromotion,
    ListRules,
    Pricing,
    Promotion,
    RuleChanged,
    RuleExists,
    UnfitRule,
    UnknownCursor,
    UnknownRule,
    UpdatePromotion,
)

ONE = "/promotions/{promotion_id:path}"


def add_promotions(routes: APIRouter, pricing: Pricing) -> None:
    @routes.get("/promotions", **staff("list_promotions", "pricing:read", UnknownCursor))
    async def list_promotions(after: After = None, limit: Most = 20) -> Page[KeptPromotionBody]:
        """Promotions: what makes shipping free."""
        listed = await pricing.list_promotions(ListRules(after=after, most=limit))
        return Page(items=tuple(map(_shown, listed.items)), next=listed.next)

    @routes.post(
        "/promotions",
        **staff(
            "create_promotion", "pricing:write", UnfitRule, RuleExists, status=201, tagged=True
        ),
    )
    async def create_promotion(body: PromotionBody, response: Response) -> KeptPromotionBody:
        """Have a promotion, from now on."""
        kept = await pricing.create_promotion(CreatePromotion(rule=_told(body)))
        response.headers["location"] = f"/v1/promotions/{quote(kept.rule_id, safe='')}"
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.get(ONE, **staff("get_promotion", "pricing:read", UnknownRule, tagged=True))
    async def get_promotion(promotion_id: str, response: Response) -> KeptPromotionBody:
        """One promotion; its version is in the `ETag`."""
        kept = await pricing.get_promotion(GetRule(rule_id=promotion_id))
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.put(
        ONE,
        **staff(
            "update_promotion", "pricing:write", UnfitRule, UnknownRule, RuleChanged, tagged=True
        ),
    )
    async def update_promotion(
        promotion_id: str, body: PromotionBody, version: IfMatch, response: Response
    ) -> KeptPromotionBody:
        """Put another in its place, under the same id. The same edit again changes nothing."""
        wanted = UpdatePromotion(rule_id=promotion_id, rule=_told(body), version=version)
        kept = await pricing.update_promotion(wanted)
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.delete(
        ONE, **staff("delete_promotion", "pricing:write", UnknownRule, RuleChanged, status=204)
    )
    async def delete_promotion(promotion_id: str, version: IfMatch) -> None:
        """It prices nothing any more."""
        await pricing.delete_promotion(DeleteRule(rule_id=promotion_id, version=version))


def _told(body: PromotionBody) -> Promotion:
    parts = dict(body)
    return Promotion(promotion_id=parts.pop("id"), **parts)


def _shown(kept: KeptPromotion) -> KeptPromotionBody:
    parts = dict(vars(kept.rule))
    return KeptPromotionBody(id=parts.pop("promotion_id"), **parts, version=kept.version)
