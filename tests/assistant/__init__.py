"""Tests of what plugs into Rasa."""
