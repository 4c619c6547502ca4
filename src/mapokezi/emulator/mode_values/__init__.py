"""The values that modes can have, and what each means.

Where the sources of the contract disagree about the real platform, each behaviour is a value here
(``contract/sautikit.md`` sections 10 to 12, ``contract/media-module.md``).
"""
