# Language level, warnings and ccache for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(CCACHE ccache)
if(CCACHE)
  # What the manual of ccache asks for when headers are precompiled; and it need not read them for every file.
  set(ccache_command "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_INODECACHE=true "${CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${ccache_command})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_command})
endif()

option(VEDETTE_WERROR "Treat warnings as errors" ON)
set(VEDETTE_SANITIZE "" CACHE STRING "Sanitizers for every target, for example address,undefined")

add_library(vedette_settings INTERFACE)
target_compile_options(vedette_settings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wswitch -Wimplicit-fallthrough
  $<$<BOOL:${VEDETTE_WERROR}>:-Werror> -fno-omit-frame-pointer -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(vedette_settings INTERFACE -fpch-preprocess)
  # Known false positives of g++ 12 in optimised standard-library code.
  target_compile_options(vedette_settings INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-free-nonheap-object)
endif()
if(VEDETTE_SANITIZE)
  target_compile_options(vedette_settings INTERFACE -fsanitize=${VEDETTE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(vedette_settings INTERFACE -fsanitize=${VEDETTE_SANITIZE})
endif()
