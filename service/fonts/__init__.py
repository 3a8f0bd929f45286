"""The fonts of this installation: which there are, and how those come that git cannot hold."""
