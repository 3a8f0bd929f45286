"""The tests. A package only so that `tests.servers` can be imported from everywhere."""
