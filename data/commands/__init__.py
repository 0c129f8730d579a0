"""What `python -m data …` does, one module a kind of file; `data/__main__.py` puts the command line together."""
