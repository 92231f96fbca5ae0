"""The vocabulary of the service as frozen types. Imports nothing of the project; everything imports it."""
