"""Campaigns of ending a database."""
