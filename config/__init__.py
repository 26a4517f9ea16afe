"""Ground floor: what people write (environment, YAML rules), as frozen, checked models."""
