"""A repository per Protocol of `runcoach.ports.storage`."""
