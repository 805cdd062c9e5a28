# Read by CMake right after llama.cpp's own project() line (CMAKE_PROJECT_llama.cpp_INCLUDE).
# llama-cpp-python forces the common library on in the cache, but its bindings load only libllama;
# a normal variable set here, inside llama.cpp's scope, wins over that cache entry.
set(LLAMA_BUILD_COMMON OFF)

# GCC optimises the set-up of AMX tiles away, and the first prompt of a Q4_0 model then crashes the process
# (ggml-org/llama.cpp issue 20824). Other vector instructions of the same processors stay in use.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-mno-amx-int8 CAN_LEAVE_AMX_OUT)
if(CAN_LEAVE_AMX_OUT)
  add_compile_options(-mno-amx-tile -mno-amx-int8 -mno-amx-bf16)
endif()
