"""Notices: what is told in one message, edited through its life."""
