"""From nouns to what goes over the wire: plain functions, one module per noun."""
