"""What becomes of a store call's outcome."""
