"""Something that kept a mistake small was taken away."""
