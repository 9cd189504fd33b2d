from dataclasses import dataclass

from app.pricing.create_rule import CreateRuleHandler
from app.pricing.delete_rule import DeleteRuleHandler
from app.pricing.get_rule import GetRuleHandler
from app.pricing.list_rules import ListRulesHandler
from app.pricing.put_rules import PutRulesHandler
from app.pricing.quote_basket import QuoteHandler
from app.pricing.update_rule import UpdateRuleHandler
from domain.contracts.pricing import (
    Discount,
    DiscountPage,
    KeptDiscount,
    KeptPromotion,
    KeptTaxRate,
    Promotion,
    PromotionPage,
    TaxRate,
    TaxRatePage,
)


@dataclass(frozen=True)
class PricingService:
    """The `Pricing` contract, kept here in this process: one handler for each call."""

    put_rules: PutRulesHandler
    quote: QuoteHandler
    create_discount: CreateRuleHandler[Discount, KeptDiscount]
    get_discount: GetRuleHandler[Discount, KeptDiscount]
    list_discounts: ListRulesHandler[Discount, DiscountPage]
    update_discount: UpdateRuleHandler[Discount, KeptDiscount]
    delete_discount: DeleteRuleHandler
    create_promotion: CreateRuleHandler[Promotion, KeptPromotion]
    get_promotion: GetRuleHandler[Promotion, KeptPromotion]
    list_promotions: ListRulesHandler[Promotion, PromotionPage]
    update_promotion: UpdateRuleHandler[Promotion, KeptPromotion]
    delete_promotion: DeleteRuleHandler
    create_tax_rate: CreateRuleHandler[TaxRate, KeptTaxRate]
    get_tax_rate: GetRuleHandler[TaxRate, KeptTaxRate]
    list_tax_rates: ListRulesHandler[TaxRate, TaxRatePage]
    update_tax_rate: UpdateRuleHandler[TaxRate, KeptTaxRate]
    delete_tax_rate: DeleteRuleHandler
