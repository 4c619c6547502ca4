"""What `mapokezi.aftercall.durable` takes of DBOS; a module apart, since it is slow to load."""

from __future__ import annotations

from typing import Any

from dbos import DBOS, Serializer, SetWorkflowID

from mapokezi.aftercall import plain_values

__all__ = ["DBOS", "IdsOnly", "SetWorkflowID"]


class IdsOnly(Serializer):
    """Writes ids, and refuses everything else."""

    def serialize(self, data: Any) -> str:
        """Write a value."""
        return plain_values.write(data)

    def deserialize(self, serialized_data: str) -> Any:
        """Read a value."""
        return plain_values.read(serialized_data)

    def name(self) -> str:
        """Stands beside each value in the tables."""
        return "ids-of-mapokezi"
