"""SautiKit's REST API: what the receptionist asks of the phone platform during and after a call."""

from mapokezi.carrier.client import CallDetail, CarrierError, SautiKit

__all__ = ["CallDetail", "CarrierError", "SautiKit"]
