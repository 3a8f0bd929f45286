"""What the outside sees: one blueprint per subject. Unpack, call, answer; no decisions."""
