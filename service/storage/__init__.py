"""The only truth and the only bridge: what every process knows, it reads here.

One store per subject; a store takes a transaction and speaks in domain values.
"""
