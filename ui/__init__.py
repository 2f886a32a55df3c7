"""The screens: a process of their own that holds no secret and speaks HTTP."""
