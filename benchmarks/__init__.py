"""Measurements of this assistant beside a stock one; what was measured is in docs/benchmarks.md."""
