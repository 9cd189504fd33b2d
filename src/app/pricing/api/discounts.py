from urllib.parse import quote

from fastapi import APIRouter, Response

from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from app.pricing.api.bodies import DiscountBody, KeptDiscountBody
from domain.contracts.pricing import (
    CreateDiscount,
    DeleteRule,
    Discount,
    GetRule,
    KeptDiscount,
    ListRules,
    Pricing,
    RuleChanged,
    RuleExists,
    UnfitRule,
    UnknownCursor,
    UnknownRule,
    UpdateDiscount,
)

ONE = "/discounts/{code:path}"


def add_discounts(routes: APIRouter, pricing: Pricing) -> None:
    @routes.get("/discounts", **staff("list_discounts", "pricing:read", UnknownCursor))
    async def list_discounts(after: After = None, limit: Most = 20) -> Page[KeptDiscountBody]:
        """Codes that take something off."""
        listed = await pricing.list_discounts(ListRules(after=after, most=limit))
        return Page(items=tuple(map(_shown, listed.items)), next=listed.next)

    @routes.post(
        "/discounts",
        **staff("create_discount", "pricing:write", UnfitRule, RuleExists, status=201, tagged=True),
    )
    async def create_discount(body: DiscountBody, response: Response) -> KeptDiscountBody:
        """Have a code that takes something off, from now on."""
        kept = await pricing.create_discount(CreateDiscount(rule=_told(body)))
        response.headers["location"] = f"/v1/discounts/{quote(kept.rule_id, safe='')}"
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.get(ONE, **staff("get_discount", "pricing:read", UnknownRule, tagged=True))
    async def get_discount(code: str, response: Response) -> KeptDiscountBody:
        """One discount; its version is in the `ETag`."""
        kept = await pricing.get_discount(GetRule(rule_id=code))
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.put(
        ONE,
        **staff(
            "update_discount", "pricing:write", UnfitRule, UnknownRule, RuleChanged, tagged=True
        ),
    )
    async def update_discount(
        code: str, body: DiscountBody, version: IfMatch, response: Response
    ) -> KeptDiscountBody:
        """Put another in its place, under the same code. The same edit again changes nothing."""
        wanted = UpdateDiscount(rule_id=code, rule=_told(body), version=version)
        kept = await pricing.update_discount(wanted)
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.delete(
        ONE, **staff("delete_discount", "pricing:write", UnknownRule, RuleChanged, status=204)
    )
    async def delete_discount(code: str, version: IfMatch) -> None:
        """Its code takes nothing off any more. Orders that were placed with it keep what it took off."""
        await pricing.delete_discount(DeleteRule(rule_id=code, version=version))


def _told(body: DiscountBody) -> Discount:
    return Discount(**dict(body))


def _shown(kept: KeptDiscount) -> KeptDiscountBody:
    return KeptDiscountBody(**vars(kept.rule), version=kept.version)
