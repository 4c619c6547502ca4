"""Swahili and mixed speech put into English, word by word, for what knows English only."""

from mapokezi.receptionist.swahili.gloss import in_english

__all__ = ["in_english"]
