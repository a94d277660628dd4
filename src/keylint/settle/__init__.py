"""What is left of the findings once suppressions have been honoured."""
