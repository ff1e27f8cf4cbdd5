"""The OpenAPI document: operations from the routes, schemas from the domain models."""
