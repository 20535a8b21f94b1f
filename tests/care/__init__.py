"""Tests of what is kept for a family, and what it is offered."""
