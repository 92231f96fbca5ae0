"""The REST door: one route table, problem+json for every error, an OpenAPI page made from the same types."""
