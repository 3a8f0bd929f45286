"""create_app(): the only place where the web parts are joined."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service import logs
from service.config import Settings, load_settings
from service.house import House, build
from service.web import answers, api, cards, dashboard, health, simulated, webhooks

# The largest body of any route: a story through the API or a webhook. Each route may be stricter.
MAX_BODY = 1024 * 1024


def create_app(settings: Settings | None = None, *, house: House | None = None) -> Flask:
    """Make the web application; `house` lets tests bring their own parts."""
    settings = settings or (house.settings if house else load_settings())
    logs.set_up(settings.log_format)
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["KINDLY"] = house or build(settings)
    app.config["KINDLY"].prove_storage()
    app.secret_key = app.config["KINDLY"].keys.derive("flask session")
    for room in (webhooks, api, cards, health, simulated, dashboard):
        app.register_blueprint(room.blueprint)
    answers.install(app)
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return app
