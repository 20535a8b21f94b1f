"""What words mean: pure functions over a spaCy pipeline. Knows neither Rasa nor a database."""
