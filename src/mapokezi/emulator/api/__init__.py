"""The platform's REST API, and the emulator's own."""
