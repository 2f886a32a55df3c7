"""Routes translate: parse, one transaction or one workflow call, a schema. One module per tag."""
