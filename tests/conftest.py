"""Makes the modules that lie beside the tests' folders (`harness`) importable from within them."""
