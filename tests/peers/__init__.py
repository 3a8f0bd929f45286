"""Whole runs: real processes of ours against real or contract-checked peers."""
