"""Mapokezi, the reception desk: an AI receptionist that answers an office's telephone.

The way of a call runs through the packages in this order: ``telephony`` (the phone platform's
language), ``line`` (the process that answers), ``bridge`` (one live call, joined up), ``audio``,
``voice`` and ``conversation`` (sound, the voice model's language, who speaks when),
``receptionist`` (what the office decides), ``records`` and ``stores`` (what is kept),
``desk`` (what people read). ``emulator`` is the phone platform on this machine.
"""

__version__ = "0.1.0"
