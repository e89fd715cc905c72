# Run by a consumer test: a program built by pkg-config alone.
cmake_minimum_required(VERSION 3.25)

set(prefix "${folder}/prefix")
file(REMOVE_RECURSE "${folder}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}"
  --component sync OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE files "${prefix}/*/heddle-sync.pc")
cmake_path(GET files PARENT_PATH where)
set(ENV{PKG_CONFIG_PATH} "${where}")
execute_process(COMMAND "${pkg_config}" --cflags --libs --print-errors "heddle-sync >= 0.1"
  OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
separate_arguments(flags UNIX_COMMAND "${flags}")
if(sanitize)
  list(APPEND flags "-fsanitize=${sanitize}")
endif()
execute_process(COMMAND "${compiler}" -std=c++20 "${project}/sync.cpp" ${flags}
  -o "${folder}/consumer" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${launcher} "${folder}/consumer" COMMAND_ERROR_IS_FATAL ANY)
