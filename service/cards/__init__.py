"""Share cards: from a `Card` and its pictures to a finished file, one direction all the way.

    picture  text        photos in, cards out; letters into lines; neither knows of the other
       template          what a designer writes, read and checked
        layout           every thing in its place, in numbers
       painting          places into pixels
         draw            the whole way for one card: `draw.draw`, pure
      renditions         keeps what was drawn on `shelves` (a folder or a `bucket`), drawn once

Beside them: `cell` opens what strangers send, `address` signs, `turns` lets one draw at a time,
`standin` is shown where nothing can be drawn, `checks` measures what a template promises, `alt`
says a card in words, `awkward` has the stories to try it on. The import contract in pyproject.toml
holds them to this order.
"""
