"""Calls carried to a voice model and back: our line beside other bridges, all on one core.

- `loadgen.c` is the phone platform with many calls, `fakemodel.c` the voice model, in either of two
  languages (`languages.h`), `relay.c` the floor: what it costs in C, with nothing kept and nothing
  decided;
- `peers/` holds what others would write: on Node, on ``websockets``, on Pipecat;
- `programs` builds and installs all that, `bridges` knows how each is started, `runs` takes one
  run of one of them, `measuring` takes all of them in turn, `comparing` makes figures of them,
  `plot` a picture.
"""

from bench.bridge.measuring import measure

__all__ = ["measure"]
