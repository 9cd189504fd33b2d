"""The composition root: the one module that knows every concrete class."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from random import random

from dependency_injector import containers, providers

from app.catalog.archive_product import ArchiveProductHandler
from app.catalog.create_product import CreateProductHandler
from app.catalog.find_items import FindItemsHandler
from app.catalog.find_product import FindProductHandler
from app.catalog.get_product import GetProductHandler
from app.catalog.list_products import ListProductsHandler
from app.catalog.look_up_products import LookUpProductsHandler
from app.catalog.put_products import PutProductsHandler
from app.catalog.restore_product import RestoreProductHandler
from app.catalog.search_products import SearchProductsHandler
from app.catalog.service import CatalogService
from app.catalog.update_product import UpdateProductHandler
from app.customers.create_customer import CreateCustomerHandler
from app.customers.erase_customer import EraseCustomerHandler
from app.customers.find_customer import FindCustomerHandler
from app.customers.get_customer import GetCustomerHandler
from app.customers.list_customers import ListCustomersHandler
from app.customers.put_customers import PutCustomersHandler
from app.customers.service import CustomersService
from app.customers.update_customer import UpdateCustomerHandler
from app.fulfillment.cancel_shipment import CancelHandler
from app.fulfillment.create_shipping_rate import CreateShippingRateHandler
from app.fulfillment.delete_shipping_rate import DeleteShippingRateHandler
from app.fulfillment.find_options import FindOptionsHandler
from app.fulfillment.find_pickup_places import FindPickupPlacesHandler
from app.fulfillment.find_shipment import FindShipmentHandler
from app.fulfillment.get_shipping_rate import GetShippingRateHandler
from app.fulfillment.list_shipping_rates import ListShippingRatesHandler
from app.fulfillment.put_pickup_places import PutPickupPlacesHandler
from app.fulfillment.put_shipping_rates import PutShippingRatesHandler
from app.fulfillment.service import FulfillmentService
from app.fulfillment.ship_goods import ShipHandler
from app.fulfillment.update_shipping_rate import UpdateShippingRateHandler
from app.identity.add_staff import AddStaffHandler
from app.identity.ask_for_reset import AskForResetHandler
from app.identity.change_password import ChangePasswordHandler
from app.identity.change_staff import ChangeStaffHandler
from app.identity.close_account import CloseAccountHandler
from app.identity.confirm_email import ConfirmEmailHandler
from app.identity.customer_of import CustomerOf
from app.identity.end_api_key import EndApiKeyHandler
from app.identity.end_grant import EndGrantHandler
from app.identity.end_session import EndSessionHandler
from app.identity.find_api_key import FindApiKeyHandler
from app.identity.find_code import FindCodeHandler
from app.identity.find_platform import FindPlatformHandler
from app.identity.find_refresh_token import FindRefreshTokenHandler
from app.identity.find_session import FindSessionHandler
from app.identity.find_standing import FindStandingHandler
from app.identity.find_verification_keys import FindVerificationKeysHandler
from app.identity.get_client import GetClientHandler
from app.identity.get_staff import GetStaffHandler
from app.identity.grant_code import GrantCodeHandler
from app.identity.grant_to_client import GrantToClientHandler
from app.identity.guard import Guard
from app.identity.list_api_keys import ListApiKeysHandler
from app.identity.list_audit import ListAuditHandler
from app.identity.list_clients import ListClientsHandler
from app.identity.list_grants import ListGrantsHandler
from app.identity.list_sessions import ListSessionsHandler
from app.identity.list_staff import ListStaffHandler
from app.identity.make_api_key import MakeApiKeyHandler
from app.identity.note_assertion import NoteAssertionHandler
from app.identity.note_deed import NoteDeedHandler
from app.identity.own_password import OwnPassword
from app.identity.prove_client import ProveClientHandler
from app.identity.redeem_code import RedeemCodeHandler
from app.identity.refresh_grant import RefreshGrantHandler
from app.identity.register_client import RegisterClientHandler
from app.identity.renew_secret import RenewSecretHandler
from app.identity.reset_password import ResetPasswordHandler
from app.identity.send_mail import SendMail
from app.identity.service import IdentityService
from app.identity.sign_in import SignInHandler
from app.identity.sign_up import SignUpHandler
from app.identity.update_client import UpdateClientHandler
from app.inventory.adjust_stock import AdjustStockHandler
from app.inventory.count_stock import CountStockHandler
from app.inventory.find_stock import FindStockHandler
from app.inventory.get_stock import GetStockHandler
from app.inventory.list_movements import ListMovementsHandler
from app.inventory.list_reservations import ListReservationsHandler
from app.inventory.list_stock import ListStockHandler
from app.inventory.release_stock import ReleaseHandler
from app.inventory.reserve_stock import ReserveHandler
from app.inventory.service import InventoryService
from app.inventory.set_stock import SetStockHandler
from app.inventory.watch_holds import WatchHolds
from app.notifications.create_subscription import CreateSubscriptionHandler
from app.notifications.delete_subscription import DeleteSubscriptionHandler
from app.notifications.find_delivery import FindDeliveryHandler
from app.notifications.find_subscription import FindSubscriptionHandler
from app.notifications.list_deliveries import ListDeliveriesHandler
from app.notifications.list_subscriptions import ListSubscriptionsHandler
from app.notifications.redrive_delivery import RedriveDeliveryHandler
from app.notifications.replay_subscription import ReplaySubscriptionHandler
from app.notifications.rotate_secret import RotateSecretHandler
from app.notifications.send_due import MOST_IN_FLIGHT, SendDue
from app.notifications.service import NotificationsService
from app.notifications.skip_delivery import SkipDeliveryHandler
from app.notifications.try_out_subscription import TryOutSubscriptionHandler
from app.notifications.update_subscription import UpdateSubscriptionHandler
from app.ordering.approve_return import ApproveReturnHandler
from app.ordering.attempts import Attempts
from app.ordering.cancel_cart import CancelCartHandler
from app.ordering.cancel_checkout import CancelCheckoutHandler
from app.ordering.cancel_order import CancelOrderHandler
from app.ordering.cancel_return import CancelReturnHandler
from app.ordering.complete_checkout import CompleteCheckoutHandler
from app.ordering.create_cart import CreateCartHandler
from app.ordering.create_checkout import CreateCheckoutHandler
from app.ordering.find_cart import FindCartHandler
from app.ordering.find_checkout import FindCheckoutHandler
from app.ordering.find_order import FindOrderHandler
from app.ordering.find_return import FindReturnHandler
from app.ordering.list_attempts import ListAttemptsHandler
from app.ordering.list_ledger import ListLedgerHandler
from app.ordering.list_orders import ListOrdersHandler
from app.ordering.list_platforms import ListPlatformsHandler
from app.ordering.list_returns import ListReturnsHandler
from app.ordering.note_order import NoteOrderHandler
from app.ordering.place_order import PlaceOrder
from app.ordering.quoting import Quoting
from app.ordering.receive_return import ReceiveReturnHandler
from app.ordering.recover_attempts import RecoverAttempts
from app.ordering.refund_order import RefundOrderHandler
from app.ordering.refund_return import RefundReturnHandler
from app.ordering.reject_return import RejectReturnHandler
from app.ordering.report_order import ReportOrderHandler
from app.ordering.request_return import RequestReturnHandler
from app.ordering.service import OrderingService
from app.ordering.update_cart import UpdateCartHandler
from app.ordering.update_checkout import UpdateCheckoutHandler
from app.ordering.watch_returns import WatchReturns
from app.payments.ask_provider import AskProvider
from app.payments.authorise_payment import AuthoriseHandler
from app.payments.capture_payment import CaptureHandler
from app.payments.find_payment import FindPaymentHandler
from app.payments.list_payments import ListPaymentsHandler
from app.payments.perform_operation import PerformOperation
from app.payments.perform_operations import PerformOperations
from app.payments.reconcile_payments import ReconcileHandler
from app.payments.record_authorisation import RecordAuthorisation
from app.payments.refund_payment import RefundHandler
from app.payments.service import PaymentsService
from app.payments.settle_payment import SettleHandler
from app.payments.void_payment import VoidHandler
from app.payments.watch_authorisations import WatchAuthorisations
from app.placement import (
    REMINDER_SECONDS,
    RETRY_SECONDS,
    WATCH_SECONDS,
    Kept,
    Provider,
    begun,
    broker_at,
    every_letters,
    hearing,
    kept,
    leased,
    placed,
    reading,
    received,
    replicated,
    told,
)
from app.pricing.create_rule import CreateRuleHandler
from app.pricing.delete_rule import DeleteRuleHandler
from app.pricing.get_rule import GetRuleHandler
from app.pricing.list_rules import ListRulesHandler
from app.pricing.put_rules import PutRulesHandler
from app.pricing.quote_basket import QuoteHandler
from app.pricing.service import PricingService
from app.pricing.update_rule import UpdateRuleHandler
from app.ucp.answers import UcpAnswers
from domain.contracts.catalog import Catalog
from domain.contracts.customers import Customers
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.identity import Identity
from domain.contracts.inventory import Inventory
from domain.contracts.notifications import Notifications
from domain.contracts.ordering import Ordering
from domain.contracts.payments import (
    Payments,
)
from domain.contracts.pricing import Pricing
from domain.pricing.kinds import DISCOUNTS, PROMOTIONS, TAX_RATES
from infrastructure.catalog import tables as catalog_tables
from infrastructure.catalog.products import SqlProducts
from infrastructure.catalog.showcase import KeptShowcase, showing_anew
from infrastructure.customers import seeding as customers_seeding
from infrastructure.customers import tables as customers_tables
from infrastructure.customers.customers import SqlCustomers
from infrastructure.fulfillment import seeding as fulfillment_seeding
from infrastructure.fulfillment import tables as fulfillment_tables
from infrastructure.fulfillment.dispatch import SqlDispatch
from infrastructure.fulfillment.pickup_places import SqlPickupPlaces
from infrastructure.fulfillment.shipping_rates import SqlShippingRates
from infrastructure.identity import leftovers as identity_leftovers
from infrastructure.identity import tables as identity_tables
from infrastructure.identity.argon2_passwords import Argon2Passwords
from infrastructure.identity.identity_book import SqlIdentityBook
from infrastructure.identity.keyed_hashes import KeyedHashes
from infrastructure.identity.own_grants import kept_together
from infrastructure.identity.signer import Signer
from infrastructure.inventory import leftovers as inventory_leftovers
from infrastructure.inventory import seeding as inventory_seeding
from infrastructure.inventory import tables as inventory_tables
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.notifications import delivery_book as notifications_book
from infrastructure.notifications import leftovers as notifications_leftovers
from infrastructure.notifications import tables as notifications_tables
from infrastructure.notifications.audience import Audience
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.notifications.letters import Letters
from infrastructure.notifications.sealed_secrets import SealedSecrets
from infrastructure.notifications.standard_webhooks import Reachable, StandardWebhooks
from infrastructure.notifications.webhooks import Webhooks
from infrastructure.ordering import leftovers as ordering_leftovers
from infrastructure.ordering import seeding as ordering_seeding
from infrastructure.ordering import tables as ordering_tables
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.payments import tables as payments_tables
from infrastructure.payments.http_provider import HttpProvider
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.no_provider import NoProvider
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.seeding import PaymentSeed
from infrastructure.payments.stripe_line import StripeLine
from infrastructure.payments.stripe_memory import StripeMemory
from infrastructure.payments.stripe_notices import StripeNotices
from infrastructure.payments.stripe_provider import StripeProvider
from infrastructure.payments.test_provider import TestProvider
from infrastructure.pricing import tables as pricing_tables
from infrastructure.pricing.price_rules import SqlPriceRules
from infrastructure.shared.caches.copies import Copies
from infrastructure.shared.caches.redis_store import RedisStore
from infrastructure.shared.caches.stores import InProcessStore
from infrastructure.shared.calls.guarded_client import GuardedClient
from infrastructure.shared.calls.http_line import Clients, Seal
from infrastructure.shared.calls.message_signer import MessageSigner
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import Engines, single
from infrastructure.shared.database.replicas import Replicas
from infrastructure.shared.keys.files import MESSAGES
from infrastructure.shared.keys.folder import KeyFolder
from infrastructure.shared.mail.file_post import FilePost
from infrastructure.shared.mail.no_post import NoPost
from infrastructure.shared.mail.smtp_post import SmtpPost
from infrastructure.shared.routines.lease import a_holder
from infrastructure.shared.routines.routine import Bells, Routine
from infrastructure.shared.routines.siblings import Siblings
from infrastructure.shared.routines.watch import Watched
from infrastructure.shared.tasks import Tasks

STRANGER_SECONDS, MOST_STRANGER_BYTES = 3.0, 262_144
"""How long a stranger may take to answer, and with how much."""
SECONDS_FOR_A_WEBHOOK = 10.0
MOST_OF_AN_ANSWER = 65_536
"""Bytes of what a webhook answers, of which nothing matters but the status."""


class Container(containers.DeclarativeContainer):
    """Which contexts are kept here and which are called elsewhere is settings, not code.

    All are singletons, resolved once at start: a request resolves nothing.
    """

    itself: Provider = providers.Self()
    config = providers.Configuration(strict=True)
    clock = providers.Object(utc_now)
    engines = providers.Singleton(Engines, config.slow_seconds)
    replicas = providers.Singleton(Replicas, engines, config.read_lag_seconds)
    clients = providers.Singleton(Clients)
    guarded_client = providers.Singleton(
        GuardedClient,
        allows_loopback=config.interop,
        seconds=STRANGER_SECONDS,
        most_bytes=MOST_STRANGER_BYTES,
    )
    known_client = providers.Singleton(
        GuardedClient,
        allows_loopback=config.interop,
        seconds=STRANGER_SECONDS,
        most_bytes=MOST_STRANGER_BYTES,
    )
    siblings = providers.Singleton(Siblings)
    bells = providers.Singleton(Bells, providers.Callable(getattr, siblings, "tell"))
    holder = providers.Singleton(a_holder)
    tasks = providers.Singleton(Tasks)
    seal = providers.Singleton(Seal, config.internal_keys.as_(tuple))
    message_keys = providers.Singleton(
        KeyFolder, config.keys_folder.as_(Path), timedelta(days=7), clock, use=MESSAGES
    )
    message_signer = providers.Singleton(MessageSigner, message_keys, clock)
    post = providers.Selector(
        config.post,
        none=providers.Singleton(NoPost),
        file=providers.Singleton(FilePost, config.mail_folder.as_(Path), config.mail_sender),
        smtp=providers.Singleton(SmtpPost, config.mail_url, config.mail_sender),
    )
    store = providers.Selector(
        config.store,
        here=providers.Singleton(InProcessStore),
        redis=providers.Singleton(RedisStore, config.redis_url),
    )
    broker = providers.Singleton(
        broker_at, config.broker_url, config.broker_replicas, config.broker_dedup_seconds
    )
    dead_letters = providers.Singleton(every_letters, itself)

    catalog_engine = providers.Callable(Engines.at, engines, config.catalog.database)
    catalog_replica = replicated(replicas, catalog_engine, config.catalog, catalog_tables)
    catalog_open = begun(catalog_engine, SqlProducts, bells, "catalog", catalog_replica)
    catalog_reading = reading(catalog_open, SqlProducts, catalog_replica)
    showcase = providers.Singleton(KeptShowcase, catalog_open, providers.Singleton(Copies, store))
    catalog_begin = providers.Singleton(partial, showing_anew, catalog_open, showcase)
    catalog_here = providers.Singleton(
        CatalogService,
        put_products=providers.Singleton(PutProductsHandler, begin=catalog_begin),
        create_product=providers.Singleton(CreateProductHandler, begin=catalog_begin),
        update_product=providers.Singleton(UpdateProductHandler, begin=catalog_begin),
        archive_product=providers.Singleton(ArchiveProductHandler, begin=catalog_begin),
        restore_product=providers.Singleton(RestoreProductHandler, begin=catalog_begin),
        get_product=providers.Singleton(GetProductHandler, begin=catalog_begin),
        find_product=providers.Singleton(FindProductHandler, catalog_begin, showcase),
        list_products=providers.Singleton(ListProductsHandler, catalog_reading, showcase),
        search_products=providers.Singleton(SearchProductsHandler, showcase),
        look_up_products=providers.Singleton(LookUpProductsHandler, showcase),
        find_items=providers.Singleton(FindItemsHandler, catalog_begin, showcase),
    )
    catalog = placed(Catalog, config.catalog, catalog_here, clients, seal)
    catalog_inbox = received(catalog_engine, catalog_tables, SqlProducts, bells, "catalog")
    catalog_kept = kept(
        Catalog,
        catalog_here,
        catalog_engine,
        catalog_inbox,
        leased(catalog_tables),
        catalog_tables,
        bells,
        itself,
        hearing(
            catalog_engine, catalog_tables, bells, providers.Callable(getattr, showcase, "forget")
        ),
    )

    pricing_engine = providers.Callable(Engines.at, engines, config.pricing.database)
    pricing_replica = replicated(replicas, pricing_engine, config.pricing, pricing_tables)
    pricing_begin = begun(pricing_engine, SqlPriceRules, bells, "pricing", pricing_replica)
    pricing_reading = reading(pricing_begin, SqlPriceRules, pricing_replica)
    pricing_here = providers.Singleton(
        PricingService,
        put_rules=providers.Singleton(PutRulesHandler, begin=pricing_begin),
        quote=providers.Singleton(QuoteHandler, begin=pricing_begin, clock=clock),
        create_discount=providers.Singleton(CreateRuleHandler, pricing_begin, DISCOUNTS),
        get_discount=providers.Singleton(GetRuleHandler, pricing_begin, DISCOUNTS),
        list_discounts=providers.Singleton(ListRulesHandler, pricing_reading, DISCOUNTS),
        update_discount=providers.Singleton(UpdateRuleHandler, pricing_begin, DISCOUNTS),
        delete_discount=providers.Singleton(DeleteRuleHandler, pricing_begin, DISCOUNTS),
        create_promotion=providers.Singleton(CreateRuleHandler, pricing_begin, PROMOTIONS),
        get_promotion=providers.Singleton(GetRuleHandler, pricing_begin, PROMOTIONS),
        list_promotions=providers.Singleton(ListRulesHandler, pricing_reading, PROMOTIONS),
        update_promotion=providers.Singleton(UpdateRuleHandler, pricing_begin, PROMOTIONS),
        delete_promotion=providers.Singleton(DeleteRuleHandler, pricing_begin, PROMOTIONS),
        create_tax_rate=providers.Singleton(CreateRuleHandler, pricing_begin, TAX_RATES),
        get_tax_rate=providers.Singleton(GetRuleHandler, pricing_begin, TAX_RATES),
        list_tax_rates=providers.Singleton(ListRulesHandler, pricing_reading, TAX_RATES),
        update_tax_rate=providers.Singleton(UpdateRuleHandler, pricing_begin, TAX_RATES),
        delete_tax_rate=providers.Singleton(DeleteRuleHandler, pricing_begin, TAX_RATES),
    )
    pricing = placed(Pricing, config.pricing, pricing_here, clients, seal)
    pricing_kept = providers.Singleton(Kept, Pricing, pricing_here, pricing_engine)

    customers_engine = providers.Callable(Engines.at, engines, config.customers.database)
    customers_replica = replicated(replicas, customers_engine, config.customers, customers_tables)
    customers_begin = begun(customers_engine, SqlCustomers, bells, "customers", customers_replica)
    customers_reading = reading(customers_begin, SqlCustomers, customers_replica)
    customers_here = providers.Singleton(
        CustomersService,
        put_customers=providers.Singleton(PutCustomersHandler, begin=customers_begin),
        find_customer=providers.Singleton(FindCustomerHandler, begin=customers_begin),
        create_customer=providers.Singleton(CreateCustomerHandler, customers_begin, clock),
        get_customer=providers.Singleton(GetCustomerHandler, customers_begin),
        list_customers=providers.Singleton(ListCustomersHandler, customers_reading),
        update_customer=providers.Singleton(UpdateCustomerHandler, customers_begin, clock),
        erase_customer=providers.Singleton(EraseCustomerHandler, customers_begin),
    )
    customers = placed(Customers, config.customers, customers_here, clients, seal)
    customers_inbox = received(customers_engine, customers_tables, SqlCustomers, bells, "customers")
    customers_lease = leased(customers_tables)
    customers_told = told(config.customers, customers_inbox, clients, seal, "customers")
    customers_kept = kept(
        Customers,
        customers_here,
        customers_engine,
        customers_inbox,
        customers_lease,
        customers_tables,
        bells,
        itself,
        seeding=providers.Object(customers_seeding.write),
    )

    identity_engine = providers.Callable(Engines.at, engines, config.identity.database)
    identity_begin = begun(identity_engine, SqlIdentityBook, bells, "identity")
    identity_single = begun(
        providers.Singleton(single, identity_engine), SqlIdentityBook, bells, "identity"
    )
    own_grants = providers.Singleton(kept_together, identity_single)
    token_lifetime = providers.Singleton(timedelta, seconds=config.access_token_seconds)
    grant_lifetime = providers.Singleton(timedelta, days=config.grant_days)
    keys = providers.Singleton(KeyFolder, config.keys_folder.as_(Path), token_lifetime)
    secrets = providers.Singleton(KeyedHashes, keys)
    signer = providers.Singleton(Signer, keys)
    passwords = providers.Singleton(Argon2Passwords)
    guard = providers.Singleton(Guard, secrets, clock)
    customer_of = providers.Singleton(CustomerOf, customers)
    own_password = providers.Singleton(OwnPassword, identity_begin, passwords, guard)
    send_mail = providers.Singleton(
        SendMail, identity_begin, secrets, post, clock, config.shop_name, config.base_url
    )
    identity_here = providers.Singleton(
        IdentityService,
        register_client=providers.Singleton(RegisterClientHandler, identity_begin, secrets, clock),
        get_client=providers.Singleton(GetClientHandler, identity_single),
        list_clients=providers.Singleton(ListClientsHandler, identity_begin),
        find_platform=providers.Singleton(FindPlatformHandler, identity_begin),
        update_client=providers.Singleton(UpdateClientHandler, identity_begin),
        renew_secret=providers.Singleton(RenewSecretHandler, identity_begin, secrets),
        prove_client=providers.Singleton(ProveClientHandler, identity_single, secrets),
        note_assertion=providers.Singleton(NoteAssertionHandler, identity_begin),
        grant_code=providers.Singleton(GrantCodeHandler, identity_begin, secrets, clock),
        find_code=providers.Singleton(FindCodeHandler, identity_begin, secrets, clock),
        redeem_code=providers.Singleton(
            RedeemCodeHandler, identity_begin, secrets, clock, grant_lifetime
        ),
        grant_to_client=providers.Singleton(
            GrantToClientHandler, own_grants, clock, token_lifetime
        ),
        find_refresh_token=providers.Singleton(
            FindRefreshTokenHandler, identity_begin, secrets, clock
        ),
        refresh_grant=providers.Singleton(RefreshGrantHandler, identity_begin, secrets, clock),
        end_grant=providers.Singleton(EndGrantHandler, identity_begin, clock),
        find_standing=providers.Singleton(FindStandingHandler, identity_single, clock),
        list_grants=providers.Singleton(ListGrantsHandler, identity_begin, clock),
        find_verification_keys=providers.Singleton(FindVerificationKeysHandler, keys),
        sign_up=providers.Singleton(SignUpHandler, identity_begin, passwords, guard, clock),
        confirm_email=providers.Singleton(
            ConfirmEmailHandler,
            identity_begin,
            secrets,
            passwords,
            own_password,
            customer_of,
            clock,
        ),
        ask_for_reset=providers.Singleton(AskForResetHandler, identity_begin, guard, clock),
        reset_password=providers.Singleton(
            ResetPasswordHandler, identity_begin, secrets, passwords, customer_of, guard, clock
        ),
        change_password=providers.Singleton(
            ChangePasswordHandler, identity_begin, passwords, own_password
        ),
        close_account=providers.Singleton(
            CloseAccountHandler, identity_begin, passwords, own_password, clock
        ),
        sign_in=providers.Singleton(
            SignInHandler, identity_begin, secrets, passwords, guard, clock
        ),
        find_session=providers.Singleton(FindSessionHandler, identity_begin, secrets, clock),
        list_sessions=providers.Singleton(ListSessionsHandler, identity_begin, clock),
        end_session=providers.Singleton(EndSessionHandler, identity_begin),
        add_staff=providers.Singleton(AddStaffHandler, identity_begin, passwords, clock),
        get_staff=providers.Singleton(GetStaffHandler, identity_begin),
        list_staff=providers.Singleton(ListStaffHandler, identity_begin),
        change_staff=providers.Singleton(ChangeStaffHandler, identity_begin, clock),
        make_api_key=providers.Singleton(MakeApiKeyHandler, identity_begin, secrets, clock),
        find_api_key=providers.Singleton(FindApiKeyHandler, identity_begin, secrets, clock),
        list_api_keys=providers.Singleton(ListApiKeysHandler, identity_begin),
        end_api_key=providers.Singleton(EndApiKeyHandler, identity_begin, clock),
        note_deed=providers.Singleton(NoteDeedHandler, identity_begin),
        list_audit=providers.Singleton(ListAuditHandler, identity_begin),
    )
    identity = placed(Identity, config.identity, identity_here, clients, seal)
    identity_inbox = received(identity_engine, identity_tables, SqlIdentityBook, bells, "identity")
    identity_lease = leased(identity_tables)
    identity_told = told(config.identity, identity_inbox, clients, seal, "identity")
    identity_kept = kept(
        Identity,
        identity_here,
        identity_engine,
        identity_inbox,
        identity_lease,
        identity_tables,
        bells,
        itself,
        providers.Singleton(
            Routine,
            "identity mail",
            send_mail,
            every_seconds=RETRY_SECONDS,
            bell=providers.Callable(Bells.of, bells, "identity"),
            lease=identity_lease,
            does="sends letters about accounts, again until they are taken",
        ),
        leftovers=identity_leftovers.LEFTOVERS,
    )

    inventory_engine = providers.Callable(Engines.at, engines, config.inventory.database)
    inventory_replica = replicated(replicas, inventory_engine, config.inventory, inventory_tables)
    inventory_begin = begun(inventory_engine, SqlShelves, bells, "inventory", inventory_replica)
    inventory_reading = reading(inventory_begin, SqlShelves, inventory_replica)
    inventory_here = providers.Singleton(
        InventoryService,
        reserve=providers.Singleton(ReserveHandler, begin=inventory_begin),
        release=providers.Singleton(ReleaseHandler, begin=inventory_begin),
        set_stock=providers.Singleton(SetStockHandler, begin=inventory_begin),
        count_stock=providers.Singleton(CountStockHandler, begin=inventory_begin),
        adjust_stock=providers.Singleton(AdjustStockHandler, begin=inventory_begin),
        get_stock=providers.Singleton(GetStockHandler, begin=inventory_begin),
        list_stock=providers.Singleton(ListStockHandler, begin=inventory_reading),
        list_movements=providers.Singleton(ListMovementsHandler, begin=inventory_reading),
        list_reservations=providers.Singleton(ListReservationsHandler, begin=inventory_begin),
        find_stock=providers.Singleton(FindStockHandler, begin=inventory_begin),
    )
    inventory = placed(Inventory, config.inventory, inventory_here, clients, seal)
    inventory_inbox = received(inventory_engine, inventory_tables, SqlShelves, bells, "inventory")
    inventory_lease = leased(inventory_tables)
    inventory_told = told(config.inventory, inventory_inbox, clients, seal, "inventory")
    watch_holds = providers.Singleton(
        WatchHolds,
        inventory_begin,
        clock,
        providers.Singleton(timedelta, seconds=config.hold_alarm_seconds),
    )
    inventory_kept = kept(
        Inventory,
        inventory_here,
        inventory_engine,
        inventory_inbox,
        inventory_lease,
        inventory_tables,
        bells,
        itself,
        providers.Singleton(
            Routine,
            "inventory holds",
            watch_holds,
            every_seconds=WATCH_SECONDS,
            lease=inventory_lease,
            does="raises an alarm over stock that is held for too long",
        ),
        leftovers=inventory_leftovers.LEFTOVERS,
        seeding=providers.Object(inventory_seeding.write),
    )

    payments_engine = providers.Callable(Engines.at, engines, config.payments.database)
    payments_replica = replicated(replicas, payments_engine, config.payments, payments_tables)
    payments_begin = begun(payments_engine, SqlPaymentBook, bells, "payments", payments_replica)
    payments_reading = reading(payments_begin, SqlPaymentBook, payments_replica)
    ledger = providers.Singleton(Ledger, config.test_provider_database.as_(Path))
    provider_elsewhere = providers.Singleton(
        HttpProvider,
        providers.Callable(Clients.at, clients, config.payment_provider_url),
        config.payment_handlers,
        config.provider_seconds,
    )
    stripe_line = providers.Singleton(
        StripeLine, config.stripe_key, config.stripe_url, config.provider_seconds
    )
    stripe_provider = providers.Singleton(
        StripeProvider, stripe_line, begun(payments_engine, StripeMemory, bells, "payments")
    )
    payment_provider = providers.Selector(
        config.payment_provider,
        none=providers.Singleton(NoProvider),
        here=providers.Singleton(
            TestProvider, ledger, config.payment_handlers, config.provider_seconds
        ),
        elsewhere=provider_elsewhere,
        stripe=stripe_provider,
    )
    record_authorisation = providers.Singleton(
        RecordAuthorisation, payments_begin, payment_provider
    )
    perform_operation = providers.Singleton(PerformOperation, payments_begin, payment_provider)
    payments_here = providers.Singleton(
        PaymentsService,
        authorise=providers.Singleton(
            AuthoriseHandler, payments_begin, payment_provider, record_authorisation
        ),
        settle=providers.Singleton(
            SettleHandler, payments_begin, payment_provider, record_authorisation
        ),
        void=providers.Singleton(VoidHandler, payments_begin, payment_provider),
        capture=providers.Singleton(CaptureHandler, payments_begin, perform_operation, clock),
        refund=providers.Singleton(RefundHandler, payments_begin, perform_operation, clock),
        find_payment=providers.Singleton(FindPaymentHandler, payments_begin),
        list_payments=providers.Singleton(ListPaymentsHandler, payments_reading),
        reconcile=providers.Singleton(ReconcileHandler, payments_begin, payment_provider, clock),
    )
    perform_operations = providers.Singleton(
        PerformOperations, payments_begin, perform_operation, clock
    )
    watch_authorisations = providers.Singleton(
        WatchAuthorisations,
        payments_begin,
        clock,
        providers.Singleton(timedelta, days=config.authorisation_days),
        providers.Singleton(timedelta, days=config.lapse_warning_days),
    )
    ask_provider = providers.Singleton(
        AskProvider,
        payments_begin,
        payment_provider,
        record_authorisation,
        perform_operation,
        clock,
    )
    payments = placed(Payments, config.payments, payments_here, clients, seal)
    payments_inbox = received(payments_engine, payments_tables, SqlPaymentBook, bells, "payments")
    stripe_notices = providers.Singleton(
        StripeNotices,
        config.stripe_webhook_secret,
        providers.Callable(getattr, payments_inbox, "receive"),
    )
    payments_lease = leased(payments_tables)
    payments_told = told(config.payments, payments_inbox, clients, seal, "payments")
    payments_kept = kept(
        Payments,
        payments_here,
        payments_engine,
        payments_inbox,
        payments_lease,
        payments_tables,
        bells,
        itself,
        providers.Singleton(
            Routine,
            "payment operations",
            perform_operations,
            every_seconds=RETRY_SECONDS,
            bell=providers.Callable(Bells.of, bells, "payments"),
            lease=payments_lease,
            does="has the provider take money and give it back, again until it answers",
        ),
        providers.Singleton(
            Routine,
            "payment questions",
            ask_provider,
            every_seconds=RETRY_SECONDS,
            lease=payments_lease,
            does="asks the provider how payments stand of which it told something",
        ),
        providers.Singleton(
            Routine,
            "payment authorisations",
            watch_authorisations,
            every_seconds=REMINDER_SECONDS,
            lease=payments_lease,
            does="tells of money that is held, and will not be for long, of which nothing was taken",
        ),
        seeding=providers.Singleton(PaymentSeed, ledger),
    )

    fulfillment_engine = providers.Callable(Engines.at, engines, config.fulfillment.database)
    fulfillment_replica = replicated(
        replicas, fulfillment_engine, config.fulfillment, fulfillment_tables
    )
    fulfillment_begin = begun(
        fulfillment_engine, SqlDispatch, bells, "fulfillment", fulfillment_replica
    )
    rates_begin = begun(
        fulfillment_engine, SqlShippingRates, bells, "fulfillment", fulfillment_replica
    )
    places_begin = begun(
        fulfillment_engine, SqlPickupPlaces, bells, "fulfillment", fulfillment_replica
    )
    rates_reading = reading(rates_begin, SqlShippingRates, fulfillment_replica)
    fulfillment_here = providers.Singleton(
        FulfillmentService,
        put_shipping_rates=providers.Singleton(PutShippingRatesHandler, rates_begin),
        create_shipping_rate=providers.Singleton(CreateShippingRateHandler, rates_begin),
        get_shipping_rate=providers.Singleton(GetShippingRateHandler, rates_begin),
        list_shipping_rates=providers.Singleton(ListShippingRatesHandler, rates_reading),
        update_shipping_rate=providers.Singleton(UpdateShippingRateHandler, rates_begin),
        delete_shipping_rate=providers.Singleton(DeleteShippingRateHandler, rates_begin),
        find_options=providers.Singleton(FindOptionsHandler, rates_begin),
        put_pickup_places=providers.Singleton(PutPickupPlacesHandler, places_begin),
        find_pickup_places=providers.Singleton(FindPickupPlacesHandler, places_begin),
        ship=providers.Singleton(ShipHandler, fulfillment_begin, clock),
        cancel=providers.Singleton(CancelHandler, fulfillment_begin),
        find_shipment=providers.Singleton(FindShipmentHandler, fulfillment_begin),
    )
    fulfillment = placed(Fulfillment, config.fulfillment, fulfillment_here, clients, seal)
    fulfillment_inbox = received(
        fulfillment_engine, fulfillment_tables, SqlDispatch, bells, "fulfillment"
    )
    fulfillment_lease = leased(fulfillment_tables)
    fulfillment_told = told(config.fulfillment, fulfillment_inbox, clients, seal, "fulfillment")
    fulfillment_kept = kept(
        Fulfillment,
        fulfillment_here,
        fulfillment_engine,
        fulfillment_inbox,
        fulfillment_lease,
        fulfillment_tables,
        bells,
        itself,
        seeding=providers.Object(fulfillment_seeding.write),
    )

    ordering_engine = providers.Callable(Engines.at, engines, config.ordering.database)
    ordering_replica = replicated(replicas, ordering_engine, config.ordering, ordering_tables)
    ordering_begin = begun(ordering_engine, SqlOrderBook, bells, "ordering", ordering_replica)
    ordering_reading = reading(ordering_begin, SqlOrderBook, ordering_replica)
    answers = providers.Singleton(UcpAnswers)
    quoting = providers.Singleton(
        Quoting,
        catalog=catalog,
        customers=customers,
        fulfillment=fulfillment,
        inventory=inventory,
        pricing=pricing,
        currency=config.currency,
        clock=clock,
        review_from=config.review_from,
    )
    lease = providers.Singleton(timedelta, seconds=config.lease_seconds)
    place_order = providers.Singleton(
        PlaceOrder,
        begin=ordering_begin,
        inventory=inventory,
        payments=payments,
        answers=answers,
        clock=clock,
        again=providers.Object(again),
    )
    attempts = providers.Singleton(
        Attempts, begin=ordering_begin, spawn=tasks, seconds=config.attempt_seconds
    )
    recover_attempts = providers.Singleton(
        RecoverAttempts,
        begin=ordering_begin,
        process=place_order,
        attempts=attempts,
        clock=clock,
        lease=lease,
    )
    watch_returns = providers.Singleton(
        WatchReturns,
        ordering_begin,
        clock,
        providers.Singleton(timedelta, days=config.return_reminder_days),
        providers.Singleton(timedelta, days=config.return_days),
    )
    ordering_here = providers.Singleton(
        OrderingService,
        create_checkout=providers.Singleton(
            CreateCheckoutHandler, ordering_begin, quoting, answers, clock
        ),
        find_checkout=providers.Singleton(FindCheckoutHandler, ordering_begin, clock),
        update_checkout=providers.Singleton(
            UpdateCheckoutHandler, ordering_begin, quoting, answers, clock
        ),
        complete_checkout=providers.Singleton(
            CompleteCheckoutHandler,
            begin=ordering_begin,
            quoting=quoting,
            process=place_order,
            attempts=attempts,
            answers=answers,
            clock=clock,
            lease=lease,
        ),
        cancel_checkout=providers.Singleton(CancelCheckoutHandler, ordering_begin, answers, clock),
        create_cart=providers.Singleton(CreateCartHandler, ordering_begin, quoting, answers, clock),
        find_cart=providers.Singleton(FindCartHandler, ordering_begin, clock),
        update_cart=providers.Singleton(UpdateCartHandler, ordering_begin, quoting, answers, clock),
        cancel_cart=providers.Singleton(CancelCartHandler, ordering_begin, answers, clock),
        find_order=providers.Singleton(FindOrderHandler, ordering_begin),
        cancel_order=providers.Singleton(CancelOrderHandler, ordering_begin, fulfillment, clock),
        refund_order=providers.Singleton(RefundOrderHandler, ordering_begin, clock),
        list_orders=providers.Singleton(ListOrdersHandler, ordering_reading),
        note_order=providers.Singleton(NoteOrderHandler, ordering_begin),
        list_attempts=providers.Singleton(ListAttemptsHandler, ordering_reading),
        list_ledger=providers.Singleton(ListLedgerHandler, ordering_begin),
        request_return=providers.Singleton(RequestReturnHandler, ordering_begin, clock),
        approve_return=providers.Singleton(ApproveReturnHandler, ordering_begin),
        reject_return=providers.Singleton(RejectReturnHandler, ordering_begin),
        receive_return=providers.Singleton(ReceiveReturnHandler, ordering_begin, clock),
        refund_return=providers.Singleton(RefundReturnHandler, ordering_begin, clock),
        cancel_return=providers.Singleton(CancelReturnHandler, ordering_begin, clock),
        find_return=providers.Singleton(FindReturnHandler, ordering_begin),
        list_returns=providers.Singleton(ListReturnsHandler, ordering_reading),
        report_order=providers.Singleton(ReportOrderHandler, ordering_begin),
        list_platforms=providers.Singleton(ListPlatformsHandler, ordering_begin),
    )
    ordering = placed(Ordering, config.ordering, ordering_here, clients, seal)
    ordering_inbox = received(ordering_engine, ordering_tables, SqlOrderBook, bells, "ordering")
    ordering_lease = leased(ordering_tables)
    ordering_told = told(config.ordering, ordering_inbox, clients, seal, "ordering")
    ordering_kept = kept(
        Ordering,
        ordering_here,
        ordering_engine,
        ordering_inbox,
        ordering_lease,
        ordering_tables,
        bells,
        itself,
        providers.Singleton(
            Routine,
            "recovery",
            recover_attempts,
            every_seconds=config.recovery_seconds,
            lease=ordering_lease,
            does="takes over attempts to place an order that nobody drives any more",
        ),
        providers.Singleton(
            Routine,
            "ordering returns",
            watch_returns,
            every_seconds=WATCH_SECONDS,
            lease=ordering_lease,
            does="reminds of returns that wait, and ends those of which nothing came",
        ),
        leftovers=ordering_leftovers.LEFTOVERS,
        purges="deletes carts whose time is up, checkouts long after theirs, and what else nobody will "
        "ask for any more",
        seeding=providers.Object(ordering_seeding.write),
    )

    notifications_engine = providers.Callable(Engines.at, engines, config.notifications.database)
    delivery_book = providers.Singleton(
        partial, SqlDeliveryBook, audience=providers.Singleton(Audience)
    )
    notifications_begin = begun(notifications_engine, delivery_book, bells, "notifications")
    webhook_line = providers.Singleton(
        GuardedClient,
        allows_loopback=config.reaches_loopback,
        seconds=SECONDS_FOR_A_WEBHOOK,
        most_bytes=MOST_OF_AN_ANSWER,
        at_once=MOST_IN_FLIGHT,
    )
    sealed_secrets = providers.Singleton(SealedSecrets, keys)
    reachable = providers.Singleton(Reachable, webhook_line)
    send_due = providers.Singleton(
        SendDue,
        notifications_begin,
        providers.Dict(
            webhook=providers.Singleton(Webhooks, webhook_line, message_signer, config.base_url),
            mail=providers.Singleton(Letters, post),
            merchant=providers.Singleton(
                StandardWebhooks, webhook_line, notifications_begin, sealed_secrets, clock
            ),
        ),
        tasks,
        providers.Object(again),
        clock,
        providers.Object(random),
    )
    notifications_here = providers.Singleton(
        NotificationsService,
        list_deliveries=providers.Singleton(ListDeliveriesHandler, notifications_begin),
        find_delivery=providers.Singleton(FindDeliveryHandler, notifications_begin),
        redrive_delivery=providers.Singleton(RedriveDeliveryHandler, notifications_begin, clock),
        skip_delivery=providers.Singleton(SkipDeliveryHandler, notifications_begin, clock),
        create_subscription=providers.Singleton(
            CreateSubscriptionHandler, notifications_begin, sealed_secrets, reachable, clock
        ),
        find_subscription=providers.Singleton(FindSubscriptionHandler, notifications_begin, clock),
        list_subscriptions=providers.Singleton(
            ListSubscriptionsHandler, notifications_begin, clock
        ),
        update_subscription=providers.Singleton(
            UpdateSubscriptionHandler, notifications_begin, reachable, clock
        ),
        rotate_secret=providers.Singleton(
            RotateSecretHandler, notifications_begin, sealed_secrets, clock
        ),
        delete_subscription=providers.Singleton(
            DeleteSubscriptionHandler, notifications_begin, clock
        ),
        try_out_subscription=providers.Singleton(
            TryOutSubscriptionHandler, notifications_begin, clock
        ),
        replay_subscription=providers.Singleton(
            ReplaySubscriptionHandler, notifications_begin, clock
        ),
    )
    notifications = placed(Notifications, config.notifications, notifications_here, clients, seal)
    notifications_inbox = received(
        notifications_engine, notifications_tables, delivery_book, bells, "notifications"
    )
    notifications_lease = leased(notifications_tables)
    notifications_told = told(
        config.notifications, notifications_inbox, clients, seal, "notifications"
    )
    sending = providers.Singleton(
        Routine,
        "notifications deliveries",
        send_due,
        bell=providers.Callable(Bells.of, bells, "notifications"),
        lease=notifications_lease,
        does="tells platforms, merchants and buyers of orders, again until they take it",
    )
    notifications_kept = kept(
        Notifications,
        notifications_here,
        notifications_engine,
        notifications_inbox,
        notifications_lease,
        notifications_tables,
        bells,
        itself,
        sending,
        watching=providers.Singleton(
            Watched, sending, providers.Callable(lambda: notifications_book.WAITING)
        ),
        leftovers=notifications_leftovers.LEFTOVERS,
    )
