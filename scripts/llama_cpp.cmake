# Read by CMake right after llama.cpp's own project() line (CMAKE_PROJECT_llama.cpp_INCLUDE).
# llama-cpp-python forces the common library on in the cache, but its bindings load only libllama;
# a normal variable set here, inside llama.cpp's scope, wins over that cache entry.
set(LLAMA_BUILD_COMMON OFF)
