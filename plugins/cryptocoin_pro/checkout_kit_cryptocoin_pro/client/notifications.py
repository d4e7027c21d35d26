"""Notifications: what the provider tells a user."""

from __future__ import annotations

from checkout_kit_cryptocoin_pro.answers import Listing, Notification
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.records import NotificationSchema

NOTIFICATIONS = "/notifications"


class NotificationResource(Resource):
    """The merchant's notifications."""

    def list_permanent(self) -> Listing[Notification]:
        """List what is to be done (GET /user/{user}/notifications/permanently).

        The ``total`` of the document's example is wrong: it is not looked at.
        """
        return self._list("GET", f"{NOTIFICATIONS}/permanently")

    def list_temporary(
        self, notification_id: str | None = None, *, kind: str | None = None
    ) -> Listing[Notification]:
        """List news (GET /user/{user}/notifications/temporary/{notification_id?}).

        :param kind: ``read`` or ``unread``.
        """
        path = f"{NOTIFICATIONS}/temporary"
        if notification_id is not None:
            path = f"{path}/{check_id(notification_id, 'notification')}"
        return self._list("GET", path, kind=kind)

    def mark_as_read(self) -> Listing[Notification]:
        """Mark all news as read
        (POST /user/{user}/notifications/temporary/mark-as-read).
        """
        return self._list("POST", f"{NOTIFICATIONS}/temporary/mark-as-read")

    def _list(
        self, method: str, path: str, kind: str | None = None
    ) -> Listing[Notification]:
        answer = self._transport.call(method, path, params=given(type=kind))
        where = f"{method} /user/{{user}}{path}"
        return self._answers.read_list(NotificationSchema(), answer, where)
