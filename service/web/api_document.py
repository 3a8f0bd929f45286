"""The OpenAPI document: what the API takes and answers, for programs and people who write them.

The schemas come from the models that the views use, the operations from the table below; a test
holds that table to the routes. The schema says what to send; what is taken is a little wider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.cards.picture.decode import PHOTO_TYPES
from service.web.api_models import (
    CardChoiceBody,
    CardsAnswer,
    CardTemplatesAnswer,
    ChosenCardAnswer,
    DeliveriesAnswer,
    ErrorAnswer,
    LinksAnswer,
    PageQuery,
    PictureAnswer,
    StoryAnswer,
    StoryBody,
    StoryPage,
    StoryTaken,
    WithdrawalBody,
)

_COMPONENTS = "#/components/schemas/"
_JSON = "application/json"

_ERRORS = {
    400: "The request ended early or cannot be read.",
    401: "No valid API token was sent.",
    404: "There is no such story.",
    409: "The story, or this Idempotency-Key, does not allow this.",
    413: "The body is too large; the sentence says how much is taken.",
    422: "The request cannot be used; the sentence says what is wrong and where.",
    503: "The database is busy; nothing was written. Send it again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operation:
    """`answers` maps a good status to what it means; `model` None is an HTML fragment.

    The body is JSON of one of `bodies`, or a file of one of the media types in `files`.
    """

    name: str
    summary: str
    answers: Mapping[int, str]
    model: type[BaseModel] | None
    errors: tuple[int, ...]
    bodies: tuple[type[BaseModel], ...] = ()
    files: tuple[str, ...] = ()
    parameters: list[dict[str, Any]] = field(default_factory=list)


_STORY_ID = {
    "name": "story_id",
    "in": "path",
    "required": True,
    "description": "the `id` of a story, as the API answers it",
    "schema": {"type": "string", "format": "uuid"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "equal for a repeat of the same request; without one, equal requests are one",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    properties = model.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        for name, schema in properties.items()
    ]


def _reading(name: str, summary: str, model: type[BaseModel] | None, *errors: int) -> _Operation:
    return _Operation(
        name=name,
        summary=summary,
        answers={200: summary},
        model=model,
        errors=(401, 404, *errors, 503),
        parameters=[_STORY_ID],
    )


OPERATIONS: Mapping[tuple[str, str], _Operation] = {
    ("post", "/api/v1/stories"): _Operation(
        name="take_story",
        summary="Create a story, give it its next version, or withdraw it",
        answers={200: "The story was known; `effect` says what was done.", 201: "A new story."},
        model=StoryTaken,
        errors=(400, 401, 404, 409, 413, 422, 503),
        bodies=(StoryBody, WithdrawalBody),
        parameters=[_IDEMPOTENCY_KEY],
    ),
    ("get", "/api/v1/stories"): _Operation(
        name="list_stories",
        summary="List stories, newest first",
        answers={200: "One page of stories."},
        model=StoryPage,
        errors=(401, 422, 503),
        parameters=_query(PageQuery),
    ),
    ("get", "/api/v1/stories/{story_id}"): _reading(
        "show_story", "One story in its newest version", StoryAnswer
    ),
    ("get", "/api/v1/stories/{story_id}/cards"): _reading(
        "show_cards", "The story's share card in every size", CardsAnswer
    ),
    ("get", "/api/v1/stories/{story_id}/card"): _reading(
        "show_card",
        "What is chosen for the story's card, and what each size breaks",
        ChosenCardAnswer,
    ),
    ("put", "/api/v1/stories/{story_id}/card"): _Operation(
        name="choose_card",
        summary="Choose the story's card: template, its fields, focus, pictures",
        answers={200: "It is kept, and posts that have not gone out have the new card."},
        model=ChosenCardAnswer,
        errors=(400, 401, 404, 409, 413, 422, 503),
        bodies=(CardChoiceBody,),
        parameters=[_STORY_ID],
    ),
    ("get", "/api/v1/card-templates"): _Operation(
        name="list_card_templates",
        summary="The card templates there are, and their fields",
        answers={200: "All of them."},
        model=CardTemplatesAnswer,
        errors=(401, 503),
    ),
    ("post", "/api/v1/pictures"): _Operation(
        name="take_picture",
        summary="Keep a picture for cards: the body is the file itself",
        answers={201: "It is kept; the same picture is kept once."},
        model=PictureAnswer,
        errors=(400, 401, 413, 422, 503),
        files=PHOTO_TYPES,
    ),
    ("get", "/api/v1/stories/{story_id}/links"): _reading(
        "show_links", "The story's share link for every network", LinksAnswer, 422
    ),
    ("get", "/api/v1/stories/{story_id}/deliveries"): _reading(
        "show_deliveries", "The story's posts, their states and receipts", DeliveriesAnswer
    ),
    ("get", "/api/v1/stories/{story_id}/head"): _reading(
        "show_head", "Metadata for the head of the story's page (HTML)", None, 422
    ),
}


def api_document(server: str) -> dict[str, Any]:
    """The document for the API at `server`."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kindly",
            "version": "1",
            "description": "Put stories in; read their cards, share links and posts.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _described(operation: _Operation) -> dict[str, Any]:
    answers = {
        str(status): {"description": what, "content": _content(operation.model)}
        for status, what in operation.answers.items()
    }
    errors = {
        str(status): {"description": _ERRORS[status], "content": _content(ErrorAnswer)}
        for status in operation.errors
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": operation.parameters,
        **({"requestBody": _body(operation)} if operation.bodies or operation.files else {}),
        "responses": answers | errors,
    }


def _body(operation: _Operation) -> dict[str, Any]:
    if operation.files:
        file = {"schema": {"type": "string", "format": "binary"}}
        return {"required": True, "content": dict.fromkeys(operation.files, file)}
    schemas = [{"$ref": _COMPONENTS + model.__name__} for model in operation.bodies]
    return {"required": True, "content": {_JSON: {"schema": {"anyOf": schemas}}}}


def _content(model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return {"text/html": {"schema": {"type": "string"}}}
    return {_JSON: {"schema": {"$ref": _COMPONENTS + model.__name__}}}


def _schemas() -> dict[str, Any]:
    taken = {model for operation in OPERATIONS.values() for model in operation.bodies}
    answered = {operation.model for operation in OPERATIONS.values() if operation.model}
    _, document = models_json_schema(
        [
            *((model, "validation") for model in sorted(taken, key=_name)),
            *((model, "serialization") for model in sorted(answered | {ErrorAnswer}, key=_name)),
        ],
        ref_template=_COMPONENTS + "{model}",
    )
    schemas: dict[str, Any] = document["$defs"]
    return schemas


def _name(model: type[BaseModel]) -> str:
    return model.__name__
