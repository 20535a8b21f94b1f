"""Tests of the risk screener."""
