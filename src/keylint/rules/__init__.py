"""What is wrong: one module a rule, each a predicate over what the machine saw. They know no grammar and no store by name."""
