from urllib.parse import quote

from fastapi import APIRouter, Response

from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from app.pricing.api.bodies import KeptTaxRateBody, TaxRateBody
from domain.contracts.pricing import (
    CreateTaxRate,
    DeleteRule,
    GetRule,
    KeptTaxRate,
    ListRules,
    Pricing,
    RuleChanged,
    RuleExists,
    TaxRate,
    UnfitRule,
    UnknownCursor,
    UnknownRule,
    UpdateTaxRate,
)

ONE = "/tax-rates/{tax_rate_id:path}"


def add_tax_rates(routes: APIRouter, pricing: Pricing) -> None:
    @routes.get("/tax-rates", **staff("list_tax_rates", "pricing:read", UnknownCursor))
    async def list_tax_rates(after: After = None, limit: Most = 20) -> Page[KeptTaxRateBody]:
        """Tax rates by country, region and category."""
        listed = await pricing.list_tax_rates(ListRules(after=after, most=limit))
        return Page(items=tuple(map(_shown, listed.items)), next=listed.next)

    @routes.post(
        "/tax-rates",
        **staff("create_tax_rate", "pricing:write", UnfitRule, RuleExists, status=201, tagged=True),
    )
    async def create_tax_rate(body: TaxRateBody, response: Response) -> KeptTaxRateBody:
        """Have a tax rate that there was not for this country, region and category."""
        kept = await pricing.create_tax_rate(CreateTaxRate(rule=_told(body)))
        response.headers["location"] = f"/v1/tax-rates/{quote(kept.rule_id, safe='')}"
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.get(ONE, **staff("get_tax_rate", "pricing:read", UnknownRule, tagged=True))
    async def get_tax_rate(tax_rate_id: str, response: Response) -> KeptTaxRateBody:
        """One tax rate, by an id made of its parts: `DE`, `US-CA`, `DE.reduced`."""
        kept = await pricing.get_tax_rate(GetRule(rule_id=tax_rate_id))
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.put(
        ONE,
        **staff(
            "update_tax_rate", "pricing:write", UnfitRule, UnknownRule, RuleChanged, tagged=True
        ),
    )
    async def update_tax_rate(
        tax_rate_id: str, body: TaxRateBody, version: IfMatch, response: Response
    ) -> KeptTaxRateBody:
        """Put another in its place, of the same country, region and category. The same edit again
        changes nothing.
        """
        wanted = UpdateTaxRate(rule_id=tax_rate_id, rule=_told(body), version=version)
        kept = await pricing.update_tax_rate(wanted)
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.delete(
        ONE, **staff("delete_tax_rate", "pricing:write", UnknownRule, RuleChanged, status=204)
    )
    async def delete_tax_rate(tax_rate_id: str, version: IfMatch) -> None:
        """No tax is due by it any more."""
        await pricing.delete_tax_rate(DeleteRule(rule_id=tax_rate_id, version=version))


def _told(body: TaxRateBody) -> TaxRate:
    return TaxRate(**dict(body))


def _shown(kept: KeptTaxRate) -> KeptTaxRateBody:
    return KeptTaxRateBody(id=kept.rule_id, **vars(kept.rule), version=kept.version)
