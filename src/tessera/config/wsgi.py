"""The WSGI entry point of web servers."""

import os

from django.core.wsgi import get_wsgi_application

from tessera.web.soundness import utf_8_alone
from tessera.web.whole_bodies import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.config.settings")
application = utf_8_alone(whole_bodies(get_wsgi_application()))
