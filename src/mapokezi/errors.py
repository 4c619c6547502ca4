"""The root of the tree of errors. Each package grows its own branch."""


class MapokeziError(Exception):
    """Anything that goes wrong in a way that this program foresees.

    Its text says what is wrong and where, in words fit for the operator's eyes, and never holds
    a secret or what a caller said.
    """


class ConfigurationError(MapokeziError):
    """A setting, an office file or the environment is wrong; the operator can mend it."""
