"""Text in every script: fonts, direction, line breaks, shaping, and fitting into a box.

What is known of writing (`scripts`, `direction`, `breaks`, `cutting`, `hyphens`, `hanging`,
`emoji`, `cleaning`) knows no font. What draws letters (`glyphs` says what an engine is, `harfbuzz`
and `pillow_text` are the two) knows no lines. `fonts` chooses, `shaping` makes lines of both,
`fitting` finds their size and their breaks, `painting` draws them.
"""
