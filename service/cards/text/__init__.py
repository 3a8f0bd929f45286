"""Text in every script: fonts, direction, line breaks, shaping, and fitting into a box."""
