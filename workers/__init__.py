"""Kindly's workers: plan deliveries and speak to the channels."""
