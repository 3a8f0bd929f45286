"""How readers pass a story on: the networks' addresses, the buttons, the metadata of the page."""
