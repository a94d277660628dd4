"""The neutral program: what every language is lowered to. It knows no grammar, no store and no rule."""
