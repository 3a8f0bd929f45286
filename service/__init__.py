"""Kindly's service: takes stories in, draws cards, makes share links, shows staff what happens."""
