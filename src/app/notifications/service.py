from dataclasses import dataclass

from app.notifications.create_subscription import CreateSubscriptionHandler
from app.notifications.delete_subscription import DeleteSubscriptionHandler
from app.notifications.find_delivery import FindDeliveryHandler
from app.notifications.find_subscription import FindSubscriptionHandler
from app.notifications.list_deliveries import ListDeliveriesHandler
from app.notifications.list_subscriptions import ListSubscriptionsHandler
from app.notifications.redrive_delivery import RedriveDeliveryHandler
from app.notifications.replay_subscription import ReplaySubscriptionHandler
from app.notifications.rotate_secret import RotateSecretHandler
from app.notifications.skip_delivery import SkipDeliveryHandler
from app.notifications.try_out_subscription import TryOutSubscriptionHandler
from app.notifications.update_subscription import UpdateSubscriptionHandler


@dataclass(frozen=True)
class NotificationsService:
    """The `Notifications` contract, kept here in this process: one handler for each call."""

    list_deliveries: ListDeliveriesHandler
    find_delivery: FindDeliveryHandler
    redrive_delivery: RedriveDeliveryHandler
    skip_delivery: SkipDeliveryHandler
    create_subscription: CreateSubscriptionHandler
    find_subscription: FindSubscriptionHandler
    list_subscriptions: ListSubscriptionsHandler
    update_subscription: UpdateSubscriptionHandler
    rotate_secret: RotateSecretHandler
    delete_subscription: DeleteSubscriptionHandler
    try_out_subscription: TryOutSubscriptionHandler
    replay_subscription: ReplaySubscriptionHandler
