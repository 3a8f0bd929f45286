"""The face of each kind of channel: what it takes. Pure; one file a kind, found by its name."""
