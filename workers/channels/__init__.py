"""The voice of each kind of channel: how it is spoken to. One file a kind, found by its name."""
