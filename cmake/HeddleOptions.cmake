# How everything in this project is compiled.  Set for the directory, so that a parent project
# keeps its own options.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Reports and replay tokens name files relative to the project, wherever it lies.  g++ takes the
# last prefix that fits, clang++ the longest: in this order both take the same one.
add_compile_options(
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
  "-ffile-prefix-map=${PROJECT_BINARY_DIR}/include/heddle/=")

if(PROJECT_IS_TOP_LEVEL)
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
endif()

if(HEDDLE_SANITIZE)
  add_compile_options("-fsanitize=${HEDDLE_SANITIZE}" -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${HEDDLE_SANITIZE}")
endif()

# heddle_precompile(target header...)
#
# Precompiles `header...`, and with g++ the standard headers that most units include: reading them
# is half of the time of many units.  Not with clang++, whose build therefore sees whether each unit
# includes what it uses.
function(heddle_precompile target)
  set(headers ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND headers
      <algorithm> <array> <atomic> <chrono> <cstdint> <functional> <map> <memory> <optional> <set>
      <string> <string_view> <unordered_map> <utility> <vector>)
    # What g++ 12 says of the text of std::string itself (GCC bug 105651), it says only if that is
    # precompiled.
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(headers)
    target_precompile_headers(${target} PRIVATE ${headers})
  endif()
endfunction()
