"""The gate, against real repositories, real pushes and real keys."""
