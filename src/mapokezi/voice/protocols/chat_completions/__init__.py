"""The chat-completions interface as Ollama, vLLM, llama.cpp and others serve it: the pure part.

A chat model neither hears nor speaks: the cascade writes the caller's words down, and speaks what
the model writes. So this protocol has no socket and is no `mapokezi.voice.wire.ModelProtocol`.
What stands here is what is said on the wire, and what of it may be spoken:

- `talk` and `request`: the conversation, as the caller really heard it, and the question to ask;
- `sse`, `chunks`, `tool_calls` and `answer`: reading the answer as it streams, cut anywhere;
- `unspeakable`, `clauses` and `plain`: from the model's text to sentences for a voice;
- `options`: what a profile may say.

`mapokezi.bridge.chat_mind` drives it. Facts: the types of the openai SDK 3.54.0, and the contract's
page on voice models of November 2026, section 7.
"""
