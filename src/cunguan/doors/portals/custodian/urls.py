"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.custodian import approvals, approvals_invited, views

app_name = "custodian"
urlpatterns = [
    path("", views.home, name="home"),
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/new/", approvals.choose, name="approvals_choose"),
    path("approvals/new/<str:kind>/", approvals.new, name="approvals_new"),
    path("approvals/<str:name>/", approvals.detail, name="approvals_one"),
    path("approvals/<str:name>/again/", approvals.again, name="approvals_again"),
    path("approvals/<str:name>/edit/", approvals.edit, name="approvals_edit"),
    path("approvals/<str:name>/link/", approvals_invited.link, name="approvals_link"),
    path("approvals/<str:name>/refuse/", approvals.refuse, name="approvals_refuse"),
    path("approvals/<str:name>/sign/<int:version>/", approvals.sign, name="approvals_sign"),
    path("approvals/<str:name>/withdraw/", approvals.withdraw, name="approvals_withdraw"),
]
