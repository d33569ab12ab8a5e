"""Addresses of these pages; an id of the books may hold a slash."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from cunguan.doors.portals.platform import (
    clients,
    differences,
    flow,
    keys,
    listings,
    overview,
    reference,
    reversals,
    sandbox,
    webhooks,
)
from cunguan.kernel.dates import parse_date


class Day(StringConverter):
    """A business date."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> object:
        """Read it; what is no date is no page."""
        return parse_date(value)


register_converter(Day, "day")

app_name = "platform"
urlpatterns = [
    path("", overview.home, name="home"),
    path("clients/", clients.clients, name="clients"),
    path("clients/<path:id>/details/", clients.details, name="client_details"),
    path("clients/<path:id>/", clients.client, name="client"),
    path("listings/", listings.listings, name="listings"),
    path("listings/<path:id>/", listings.listing, name="listing"),
    path("instructions/", flow.flow, name="flow"),
    path("instructions/counts/", flow.counts, name="counts"),
    path("instructions/<int:seq>/", flow.instruction, name="instruction"),
    path("differences/", differences.differences, name="differences"),
    path("differences/<day:day>/", differences.difference, name="difference"),
    path("differences/<day:day>/confirm/", differences.confirm, name="difference_confirm"),
    path("differences/<day:day>/send/", differences.send, name="difference_send"),
    path("differences/<day:day>/figures/", differences.say, name="difference_figures"),
    path("differences/<day:day>/files/<str:file>", differences.download, name="difference_file"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.add, name="webhook_add"),
    path("webhooks/deliveries/", webhooks.deliveries, name="deliveries"),
    path("webhooks/deliveries/<str:id>/", webhooks.delivery, name="delivery"),
    path("webhooks/deliveries/<str:id>/again/", webhooks.redeliver, name="delivery_again"),
    path("webhooks/to/<str:id>/", webhooks.webhook, name="webhook"),
    path("webhooks/to/<str:id>/change/", webhooks.change, name="webhook_change"),
    path("webhooks/to/<str:id>/delete/", webhooks.delete, name="webhook_delete"),
    path("webhooks/to/<str:id>/drive-dead/", webhooks.drive_dead, name="webhook_drive_dead"),
    path("webhooks/to/<str:id>/replay/", webhooks.replay, name="webhook_replay"),
    path("webhooks/to/<str:id>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("webhooks/to/<str:id>/test/", webhooks.test, name="webhook_test"),
    path("reversals/", reversals.reversals, name="reversals"),
    path("reversals/ask/", reversals.ask, name="reversal_ask"),
    path("reversals/of/<path:id>/withdraw/", reversals.withdraw, name="reversal_withdraw"),
    path("reversals/of/<path:id>/", reversals.reversal, name="reversal"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<str:id>/", keys.key, name="key"),
    path("keys/<str:id>/add/", keys.add, name="key_add"),
    path("keys/<str:id>/revoke/", keys.revoke, name="key_revoke"),
    path("keys/<str:id>/rotate/", keys.rotate, name="key_rotate"),
    path("sandbox/", sandbox.sandbox, name="sandbox"),
    path("sandbox/bank/", sandbox.behave, name="sandbox_bank"),
    path("sandbox/clock/", sandbox.clock, name="sandbox_clock"),
    path("sandbox/receipts/", sandbox.receive, name="sandbox_receipts"),
    path("reference/", reference.show, name="reference"),
    path("reference/docs", reference.docs, name="docs"),
    path("reference/docs/codes", reference.docs_codes, name="docs_codes"),
]
