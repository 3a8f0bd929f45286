"""Gives a view the process's parts."""

from flask import current_app

from service.house import House


def house() -> House:
    found: House = current_app.config["KINDLY"]
    return found
