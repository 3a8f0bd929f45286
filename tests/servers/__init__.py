"""Starters of the real servers that tests speak to: loopback only, a free port, ended by number.

A server that cannot start is an error with one sentence, never a skipped test.
"""
