"""The bell: what one was told, newest first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.access import notification_of, person_of
from accounts.actions import mark_all_read, mark_read
from accounts.queries import notifications_of

ON_A_PAGE = 50


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Everything that one was told; new things stand out."""
    person = person_of(request)
    wanted = notifications_of(person, only_unread=request.GET.get("show") == "new")
    page = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"heading": "Notifications", "page": page, "trail": [("Notifications", "")]}
    return render(request, "accounts/notifications.html", context)


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where a notification leads; it is read then."""
    told = notification_of(request, pk)
    mark_read(notification=told, by=person_of(request))
    # Only ever a page of this site, whatever stands in the table.
    if url_has_allowed_host_and_scheme(told.url, allowed_hosts=None):
        return redirect(told.url)
    return redirect("notifications")


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    mark_all_read(by=person_of(request))
    messages.success(request, "Everything is marked as read.")
    return redirect("notifications")
