"""The CMSs that tell us about stories: one file each, found by its name."""
