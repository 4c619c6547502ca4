"""What the peers in Python share: where the model is, and its first message."""

from __future__ import annotations

import os

PORT = int(os.environ["PORT"])
MODEL_URL = os.environ["MODEL_URL"]
SETUP = '{"setup":{"model":"models/x","generationConfig":{"responseModalities":["AUDIO"]}}}'
