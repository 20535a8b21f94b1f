"""Secure Base: the assistant, what it understands, what it keeps, and the ways to reach it."""
