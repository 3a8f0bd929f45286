"""Nothing stands in for the simulated channel: it speaks to nobody."""

STAND_IN = None
