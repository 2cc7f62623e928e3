"""Campaigns that take longer than CI has: kills at random times, faults from outside."""
