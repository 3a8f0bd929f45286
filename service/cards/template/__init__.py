"""Card templates: data files, their schema, and the brand that dresses them."""
