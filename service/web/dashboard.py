"""The dashboard: joins its rooms and puts one guard before all of them."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from service.web import (
    access,
    acts,
    card_page,
    channels_page,
    dressing,
    faces,
    help_pages,
    queue_page,
    signin,
    static_files,
    story_page,
    today,
)

blueprint = Blueprint("dashboard", __name__)
blueprint.before_request(access.guard)
for _room in (
    signin,
    today,
    story_page,
    card_page,
    acts,
    queue_page,
    channels_page,
    help_pages,
    static_files,
):
    blueprint.register_blueprint(_room.blueprint)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    access.install(state.app)
    faces.install(state.app)
    dressing.install(state.app)
