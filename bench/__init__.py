"""What is claimed of the program, measured: ``python -m bench`` takes all figures.

Each measure starts the real thing, rings it with callers whose words were made beforehand, and
looks at what came out of the callers' telephones.
"""
