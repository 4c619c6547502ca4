"""Many calls on the wire alone: both far sides of a line, in one process and on one clock.

The line is the real one, in a process of its own, set up as an operator does it. Here are the
phone platform (`legs`: signed posts and media sockets) and the voice models (`models`: Gemini Live
and OpenAI Realtime), both without an ear: a call's model is told when the call's caller speaks.
So what takes the line's time can be told to the millisecond, and a call can be made to fail at
any moment: `faults` says how, `calls` lives a call through.
"""
