"""The checker's rules, by subject. They read the finished plan and share no code with what makes it."""
