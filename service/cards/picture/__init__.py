"""Pictures in and out: photos decoded and cut with care, cards encoded within their limits."""
