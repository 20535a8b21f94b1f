"""What is kept for a family, and what it is offered. Imports no Rasa and no web framework."""
