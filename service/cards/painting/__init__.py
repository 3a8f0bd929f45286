"""Painting: from a laid-out card to pixels."""
