"""The portals as one WSGI application; `cunguan web` sets the surroundings and serves it."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
