"""Going on (登录后去向): where somebody wanted to go before he had to sign in; never to another site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def wanted(request: HttpRequest) -> str:
    """Return the address that is asked for, "" where it is none of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if is_ours and not asked.startswith(("/signin", "/signup", "/signout", "/recover")) else ""
