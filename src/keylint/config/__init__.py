"""Configuration: the files that apply to a file (`finding`), what they say (`reading`), what follows (`applying`)."""
