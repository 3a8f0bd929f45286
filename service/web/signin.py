"""Sign in and out."""

import re
from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service import clock, signing_in
from service.domain.errors import Rejected
from service.web import access
from service.web.parts import house

blueprint = Blueprint("signin", __name__)

# Only our own pages: a sign-in form must not lead to an address that a stranger chose.
_OWN_PAGE = re.compile(r"/(?:desk|help)(?:/[\w./-]*)?(?:\?[\w=&.%:+-]*)?")


@blueprint.get("/sign-in")
@access.open_to_all
def form() -> ResponseReturnValue:
    if g.person is not None:
        return redirect(url_for("dashboard.today.page"))
    return render_template("sign_in.html", email="", problem="", next=_next(request.args))


@blueprint.post("/sign-in")
@access.open_to_all
def enter() -> ResponseReturnValue:
    email = request.form.get("email", "")
    password = request.form.get("password", "")
    try:
        value = signing_in.sign_in(house(), email=email, password=password, now=clock.now())
    except Rejected as problem:
        page = render_template(
            "sign_in.html", email=email[:254], problem=str(problem), next=_next(request.form)
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    # What was known before signing in is worth nothing after it: neither session nor form token.
    signing_in.sign_out(house(), access.session_value())
    session.clear()
    answer = redirect(_next(request.form) or url_for("dashboard.today.page"), HTTPStatus.SEE_OTHER)
    access.keep_session(answer, value)
    return answer


@blueprint.post("/sign-out")
@access.open_to_all
def leave() -> ResponseReturnValue:
    signing_in.sign_out(house(), access.session_value())
    session.clear()
    flash("You have signed out.", "done")
    answer = redirect(url_for("dashboard.signin.form"), HTTPStatus.SEE_OTHER)
    access.drop_session(answer)
    return answer


def _next(values: dict[str, str]) -> str:
    wanted = values.get("next", "")
    return wanted if _OWN_PAGE.fullmatch(wanted) else ""
