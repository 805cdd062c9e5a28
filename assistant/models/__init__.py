"""Model files and what runs them: GGUF headers, chat templates, llama.cpp and encoders."""
