"""Everything that plugs into Rasa. Thin: what words mean is in `language`, what is kept is in `care`."""
